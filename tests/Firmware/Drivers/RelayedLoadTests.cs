using System.Linq;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Firmware.Virtual;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>A relay in front of a miner that is spoken to: sleep before the cut, power before the wake, and what goes wrong.</summary>
public sealed class RelayedLoadTests
{
    private const int HotCutWatts = 100;

    private readonly PlantModel _model = Plants.Warm(PlantRatings.AntminerS21);
    private readonly FirmwareUplink _uplink = new();
    private Relay _relay = null!;
    private DriverTable _table = null!;
    private Controller _controller = null!;
    private Driver _driver = null!;
    private ILoad _load = null!;
    private long _nowMs;
    private long _mostCutMilliwatts;

    [Fact]
    public void It_sleeps_before_the_relay_opens_and_has_power_before_it_is_woken()
    {
        Wire();
        _load.Apply(3000);
        Run(60);
        Assert.Equal((true, LoadState.Running), (_relay.IsClosed, Read().State));
        _load.Apply(0);
        Run(30);
        Assert.Equal((false, PlantState.Dark, LoadState.Off), (_relay.IsClosed, _model.State, Read().State));
        Assert.InRange(_mostCutMilliwatts, 0, HotCutWatts * 1000);
        _load.Apply(2000);
        Run(1);
        Assert.Equal((true, LoadState.Starting), (_relay.IsClosed, Read().State));
        Run(300);
        Assert.Equal((PlantState.Running, LoadState.Running), (_model.State, Read().State));
        Assert.InRange(_model.LimitWatts, 1900, 2000);
    }

    [Fact]
    public void One_that_ignores_sleep_is_cut_when_its_time_is_over_and_not_before()
    {
        Wire("\"relayAfterSeconds\":30");
        _load.Apply(3000);
        Run(60);
        _model.IgnoresCommands = true;
        _load.Apply(0);
        Run(28);
        Assert.True(_relay.IsClosed);
        Run(4);
        Assert.False(_relay.IsClosed);
    }

    [Fact]
    public void One_that_is_not_cut_at_rest_is_still_cut_when_it_does_not_rest()
    {
        Wire("\"relayOpensAtRest\":0,\"relayAfterSeconds\":30");
        _load.Apply(3000);
        Run(60);
        _load.Apply(0);
        Run(300);
        Assert.Equal((true, LoadState.Sleeping), (_relay.IsClosed, Read().State));
        _load.Apply(3000);
        Run(300);
        _model.IgnoresCommands = true;
        _load.Apply(0);
        Run(40);
        Assert.False(_relay.IsClosed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_dark_device_behind_an_open_relay_is_not_silent(bool hasFeedback)
    {
        Wire("", hasFeedback);
        _load.Apply(3000);
        Run(60);
        _load.Apply(0);
        Run(3600);
        LoadReading reading = Read();
        Assert.InRange(_nowMs - reading.AtMs, 0, 1_000);
        Assert.Equal((LoadState.Off, hasFeedback, 0, false, false), (reading.State, reading.HasWatts, reading.Watts, reading.IsStuck, _driver.IsSilent));
    }

    [Fact]
    public void A_device_that_never_comes_up_is_silent_after_its_time_to_boot()
    {
        Wire();
        _load.Apply(3000);
        Run(60);
        _load.Apply(0);
        Run(60);
        _relay.Live = false;
        _load.Apply(3000);
        Run(RelayedLoad.BootSeconds - 10);
        Assert.Equal(LoadState.Starting, Read().State);
        Run(60);
        Assert.InRange(_nowMs - Read().AtMs, 40_000, 1_000_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_relay_that_stays_closed_is_stuck_by_its_feedback_or_by_the_answers_of_what_is_behind_it(bool hasFeedback)
    {
        Wire("", hasFeedback);
        Command(3000);
        Run(200);
        _relay.Stuck = true;
        Command(0);
        Run(30);
        Assert.True(Read().IsStuck);
        Assert.Equal(Fault.RelayStuck, Faults() & Fault.RelayStuck);
        _relay.Stuck = false;
        Run(60);
        Assert.False(Read().IsStuck);
        Assert.Equal((0, PlantState.Dark), (Faults(), _model.State));
    }

    [Fact]
    public void The_controller_finds_one_that_ignores_sleep_within_ten_seconds_and_the_relay_ends_it()
    {
        Wire("\"relayAfterSeconds\":30");
        Command(3000);
        Run(200);
        _model.IgnoresCommands = true;
        Command(0);
        Run(11);
        Assert.Equal(Fault.LoadIgnores, Faults());
        Run(60);
        Assert.Equal((0, false), (Faults(), _relay.IsClosed));
    }

    [Fact]
    public void The_controller_brings_it_back_after_a_minute_off()
    {
        Wire();
        Command(3000);
        Run(200);
        Command(0);
        Run(30);
        Assert.False(_relay.IsClosed);
        Command(3000);
        Run(20);
        Assert.False(_relay.IsClosed);
        Run(300);
        Assert.Equal((true, PlantState.Running, 0), (_relay.IsClosed, _model.State, Faults()));
    }

    [Fact]
    public void The_contact_stays_as_it_is_found_until_the_first_order()
    {
        Wire("", hasFeedback: true);
        Run(20);
        Assert.True(_relay.IsClosed);
        _relay.Set(false);
        Run(60);
        Assert.Equal((false, LoadState.Off), (_relay.IsClosed, Read().State));
    }

    private void Wire(string options = "", bool hasFeedback = false)
    {
        _relay = new Relay(_model) { HasFeedback = hasFeedback };
        PlantNetwork network = new();
        int port = network.Serve(new LuxOsDevice(_model)).Port;
        Settings settings = FirmwareRig.Read($$"""
            {"site":"{{FirmwareRig.Site}}","controller":"{{FirmwareRig.Name}}","board":"virtual","brokerHost":"h","failSafeWatts":3500,"startStaggerSeconds":0,
            "windowSeconds":0,"rampWattsPerSecond":0,"telemetrySeconds":1,"secret":"{{FirmwareRig.Secret}}",
            "loads":[{"name":"m","driver":"luxos","host":"h","port":{{port}},"output":"relay1","minWatts":1575,"maxWatts":3500{{(options.Length > 0 ? "," : "")}}{{options}}}]}
            """);
        VirtualBoard board = new VirtualBoard(network).Wire("relay1", _relay);
        DriverTable? table = DriverTable.Create(settings, board, out string? reason);
        Assert.Null(reason);
        _table = table!;
        (_driver, _load) = (_table.Drivers[0], _table.Loads[0]);
        _controller = new Controller(settings, _table.Loads, [], [], new FirmwareStore(), _uplink, bootId: 1);
    }

    private bool _isCommanded;
    private long _sequence;

    private void Command(int watts)
    {
        _isCommanded = true;
        Beat();
        Send(Kind.Setpoint, new Setpoint { Id = "s" + ++_sequence, Sequence = _sequence, BootId = 1, IssuedUtcMs = 1782907200000, LimitWatts = watts, Reason = "" });
    }

    private void Beat() => Send(Kind.Heartbeat, new Heartbeat { UtcMs = 1782907200000, Epoch = 1 });

    private void Send(Kind kind, Message message)
    {
        byte[] buffer = new byte[Bounds.PayloadBytes];
        string topic = kind == Kind.Heartbeat ? Topics.HeartbeatOf(FirmwareRig.Site) : Topics.Of(FirmwareRig.Site, FirmwareRig.Name, kind);
        int length = message is SignedMessage signed ? signed.WriteSigned(buffer, topic, FirmwareRig.Key) : message.Write(buffer);
        _controller.Receive(topic, buffer, length);
    }

    private int Faults() => _uplink.Telemetries[^1].Loads[0].Faults;

    private void Run(int seconds)
    {
        for (int i = 0; i < seconds * 4; i++)
        {
            _nowMs += 250;
            _model.Advance(_nowMs);
            long before = _model.Milliwatts;
            _driver.Step(_nowMs);
            if (_model.State is PlantState.Dark && before > 0)
                _mostCutMilliwatts = long.Max(_mostCutMilliwatts, before);
            if (_isCommanded && i % 4 == 0)
            {
                if (i % 20 == 0)
                    Beat();
                _controller.Tick(_nowMs);
            }
        }
    }

    private LoadReading Read()
    {
        LoadReading reading = new();
        Assert.True(_load.TryRead(reading));
        return reading;
    }
}
