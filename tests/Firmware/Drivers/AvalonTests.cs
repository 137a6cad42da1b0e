using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class AvalonTests : PlantLoadContract
{
    private const string Head = "STATUS=S,When=1742265634,Code=70,Msg=CGMiner stats,Description=cgminer 4.11.1|";

    // As a Mini 3, an 1126Pro and an A1066 answered their owners; the lists of chips are cut short.
    private const string Mini3 = Head
        + "STATS=0,ID=AVALON0,Elapsed=32260,Calls=0,Min=99999999.000000,MM ID0=HashStatus[0] Ver[Mini3-25011701_3f53b19] LVer[25011701_3f53b19] "
        + "SYSTEMSTATU[Work: In Work, Hash Board: 1] Elapsed[32273] DH[1.768%] ITemp[39] OTemp[63] HBTemp[75] TMax[86] TAvg[82] TarT[75] Fan1[3000] "
        + "FanR[100%] PS[0 1210 2083 37 760 2085 824] PCOMM_E[0] GHSspd[37400.12] GHSmm[37500.00] GHSavg[37411.55] WORKMODE[1] WORKLEVEL[0] MPO[800]|\0";

    private const string Pro1126 = Head
        + "STATS=0,ID=AVA100,Elapsed=6979,MM ID0=Ver[1126Pro-S-64-21072803_4ec6bb0_211fc46] NETFAIL[206 216 216 226 1943 1954 195 205] "
        + "SYSTEMSTATU[Work: In Work, Hash Board: 2 ] Temp[29] TMax[83] TAvg[70] Vo[334] PS[0 1220 1339 239 3200 1340 3522] GHSspd[66559.56] "
        + "GHSmm[73691.12] GHSavg[65410.21] MGHS[31633.72 33776.49] PVT_T0[ 59  58  55  56  60  62  63  62  58  59  62  64  64] SoftOFF[0]|\0";

    private const string A1066 = "STATUS=S,When=6397,Code=70,Msg=CGMiner stats,Description=cgminer 4.11.1|STATS=0,ID=AVA100,Elapsed=6354,"
        + "MM ID0=Ver[1066-19101244_fe411a8_71edeca] SYSTEMSTATU[Work: In Work, Hash Board: 3 ] Temp[25] TMax[74] TAvg[66] "
        + "PS[0 1217 1279 221 2834 1280] GHSmm[51062.40] GHSavg[50291.83] ECHU[512 512 512] ECMM[0]|\0";

    private readonly AvalonDevice _device;

    public AvalonTests()
        : base(PlantRatings.AvalonQ)
    {
        _device = new AvalonDevice(Model);
    }

    protected override LoadDevice Plant => _device;

    protected override int LimitWatts => 1_300;

    // It sleeps at a second it is told, seen at the poll after.
    protected override int SleepMs => 6_000;

    protected override Driver Create() => Miner(Device);

    [Theory]
    [InlineData("Q-25052801_14a19a2")]
    [InlineData("1346-110-24041001_08b0955_0196aba")]
    public void Takes_the_highest_level_within_a_limit(string version)
    {
        _device.Version = version;
        Avalon miner = Miner(Device);
        foreach ((int limit, int level) in ((int, int)[])[(1_700, 1_674), (1_299, 800), (1_500, 1_300), (800, 800)])
        {
            miner.Apply(limit);
            Device.Run(miner, 30_000);
            Assert.Equal(level, Model.LimitWatts);
        }
    }

    [Fact]
    public void Speaks_to_old_firmware_with_its_long_stats()
    {
        _device.IsOld = true;
        Reads_a_sound_device();
    }

    [Fact]
    public void Sleeps_lowers_its_level_and_wakes_by_these_commands()
    {
        Transcript bus = new();
        Avalon miner = Miner(bus);
        bus.On("litestats").AnswerAndClose(Mini3);
        bus.Run(miner);
        bus.Pass(10_000);
        miner.Apply(0);
        // Ten seconds and a step after the miner's clock was read, three ahead.
        bus.On("ascset|0,softoff,1:1742265647").AnswerAndClose("STATUS=I,When=1742265644,Code=118,Msg=ASC 0 set info: success softoff:1,Description=cgminer 4.11.1|\0");
        bus.On("litestats").AnswerAndClose(Mini3);
        bus.On("litestats").AnswerAndClose(Asleep(Mini3));
        bus.Run(miner);
        Assert.Equal(LoadState.Sleeping, Reading(miner).State);
        miner.Apply(900);
        bus.On("ascset|0,workmode,set,0").AnswerAndClose("STATUS=S,When=1,Code=119,Msg=ASC 0 set OK,Description=cgminer 4.11.1|\0");
        bus.On("ascset|0,softon,1:1742265637").AnswerAndClose("STATUS=S,When=1,Code=119,Msg=ASC 0 set OK,Description=cgminer 4.11.1|\0");
        bus.On("litestats").AnswerAndClose(Mini3.Replace("WORKMODE[1]", "WORKMODE[0]"));
        bus.Run(miner);
        Assert.All(bus.Dialled, where => Assert.Equal("10.0.0.31:4028", where));
    }

    [Theory]
    [InlineData(Mini3, 824, 37_400, 86_000)]
    [InlineData(Pro1126, 3_522, 66_560, 83_000)]
    [InlineData(A1066, 2_834, 50_292, 74_000)]
    public void Reads_the_replies_of_real_miners(string reply, int watts, long gigahashes, int milliC)
    {
        Transcript bus = new();
        Avalon miner = Miner(bus);
        bus.On("litestats").AnswerAndClose(reply);
        bus.Run(miner);
        LoadReading reading = Reading(miner);
        Assert.Equal((watts, gigahashes, milliC, LoadState.Running), (reading.Watts, reading.WorkRate, reading.TemperatureMilliC, reading.State));
        Assert.False(reading.IsFaulty);
    }

    [Theory]
    [InlineData("In Work", "In Fault")]
    [InlineData("PS[0 ", "PS[8 ")]
    public void Reports_the_faults_of_the_miner(string sound, string faulty)
    {
        Transcript bus = new();
        Avalon miner = Miner(bus);
        bus.On("litestats").AnswerAndClose(Mini3.Replace(sound, faulty));
        bus.Run(miner);
        Assert.True(Reading(miner).IsFaulty);
        Assert.Equal(LoadState.Faulted, Reading(miner).State);
    }

    [Fact]
    public void Is_all_or_nothing_without_levels()
    {
        Avalon miner = new(Ability("avalon", 800, 1_674), Device, "10.0.0.31", 4028);
        Assert.Equal((1_674, 1_674), (miner.Ability.MinWatts, miner.Ability.MaxWatts));
        miner.Apply(1_600);
        Device.Run(miner, 20_000);
        Assert.True(Sleeps);
        miner.Apply(1_674);
        Device.Run(miner, 30_000);
        Assert.True(Keeps(1_674));
    }

    [Fact]
    public void Takes_a_miner_that_wakes_without_a_word_for_told()
    {
        _device.WakesWithoutAWord = true;
        Avalon miner = Miner(Device);
        miner.Apply(0);
        Device.Run(miner, 20_000);
        Assert.True(Sleeps);
        miner.Apply(1_300);
        int attempts = Device.Attempts;
        Device.Run(miner, 9_000);
        Assert.True(Keeps(1_300));
        // The level, the wake, and a poll every two seconds: nothing is repeated.
        Assert.InRange(Device.Attempts - attempts, 5, 8);
    }

    private static string Asleep(string stats) => stats.Replace("In Work", "In Idle").Replace("TMax[86]", "TMax[0]");

    private static Avalon Miner(IDialer dialer) => new(Ability("avalon", 500, 1_700, 800, 1_300, 1_674), dialer, "10.0.0.31", 4028);
}
