using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Firmware.Virtual;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class CgminerTests : DriverContract
{
    private readonly CgminerDevice _device = new(Plants.Warm(PlantRatings.AntminerS19jPro));

    // It tells no watts: what the contract compares is its rate of work.
    protected override int Watts => (int)((_device.Model.MilliworkPerSecond + 500) / 1000);

    protected override Driver Create() => Miner(Device);

    protected override byte[]? Answer(byte[] request)
    {
        DeviceLine line = new(_device);
        line.Write(request);
        byte[] reply = Plants.ReadAll(line);
        return reply.Length == 0 ? null : reply;
    }

    protected override (long AtMs, int Watts)? Read(Driver driver)
    {
        LoadReading reading = new();
        return ((LoadDriver)driver).TryRead(reading) && reading.HasWorkRate ? (reading.AtMs, (int)reading.WorkRate) : null;
    }

    [Fact]
    public void Reads_work_and_temperature_and_no_watts()
    {
        Cgminer miner = Miner(Device);
        Device.Run(miner, 5_000);
        LoadReading reading = new();
        Assert.True(miner.TryRead(reading));
        Assert.Equal((false, LoadState.Running, _device.Model.MilliCelsius / 1000 * 1000), (reading.HasWatts, reading.State, reading.TemperatureMilliC));
    }

    [Fact]
    public void Reads_megahashes_of_a_miner_without_stats()
    {
        (_device.CountsMegahashes, _device.LacksStats) = (true, true);
        Cgminer miner = Miner(Device);
        Device.Run(miner, 5_000);
        LoadReading reading = new();
        Assert.True(miner.TryRead(reading));
        Assert.Equal((_device.Model.MilliworkPerSecond / 1000, false), (reading.WorkRate, reading.HasTemperature));
    }

    [Fact]
    public void Sends_nothing_whatever_is_ordered()
    {
        Transcript bus = new();
        Cgminer miner = Miner(bus);
        miner.Apply(0);
        for (int i = 0; i < 3; i++)
        {
            bus.On("{\"command\":\"summary\"}").AnswerAndClose("{\"STATUS\":[{\"STATUS\":\"S\"}],\"SUMMARY\":[{\"GHS 5s\":\"104000.5\"}]}\0");
            bus.On("{\"command\":\"stats\"}").AnswerAndClose("{\"STATUS\":[{\"STATUS\":\"E\",\"Code\":14}]}\0");
        }

        bus.Run(miner);
    }

    private static Cgminer Miner(IDialer dialer) =>
        new(new LoadAbility { Name = "load-1", Driver = "cgminer", Work = WorkUnit.Gigahash, MinWatts = 3_100, MaxWatts = 3_100 }, dialer, "10.0.0.41", 4028);
}
