using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;

namespace Fleet.Tests.Harness;

/// <summary>
/// One real controller with its real drivers before simulated devices, whose lags are those of the plant, and a meter that shows
/// what a test makes of what they take. The test is the gateway; a second is four steps of the drivers and a tick.
/// </summary>
public sealed class PlantRig
{
    private const int StepsASecond = 4;

    private readonly byte[] _buffer = new byte[Bounds.PayloadBytes];
    private readonly FirmwareMeter _meter = new();
    private readonly DriverTable _table;
    private long _sequence;

    /// <summary>Devices that have worked at their nominal power for a while.</summary>
    /// <param name="options">Options of the controller, each with its comma.</param>
    /// <param name="loads">Their ratings.</param>
    /// <param name="loadOptions">Options of every load, each with the comma before it.</param>
    /// <param name="isMetered">Whether the controller has a meter.</param>
    public PlantRig(string options, PlantRating[] loads, string loadOptions = "", bool isMetered = true)
    {
        PlantNetwork network = new();
        Models = [.. loads.Select((rating, i) => new PlantModel(rating, i + 1, startMs: -1_200_000))];
        Devices = [.. Models.Select(DeviceOf)];
        foreach (PlantModel model in Models)
            model.Advance(0);
        string list = string.Join(',', loads.Select((rating, i) => LoadJson(rating, i, network.Serve(Devices[i]).Port, loadOptions)));
        Settings settings = FirmwareRig.Read($$"""
            {"site":"{{FirmwareRig.Site}}","controller":"{{FirmwareRig.Name}}","board":"virtual","brokerHost":"h","secret":"{{FirmwareRig.Secret}}",
            "failSafeWatts":0,"rampWattsPerSecond":0,"windowSeconds":0,"startStaggerSeconds":0,{{options}}"loads":[{{list}}],
            "meters":[{{(isMetered ? """{"driver":"sdm630","serial":"rs485"}""" : "")}}]}
            """);
        VirtualBoard board = new VirtualBoard(network).Wire("rs485", new ModbusLine(() => NowMs));
        _table = DriverTable.Create(settings, board, out string? reason) ?? throw new InvalidOperationException(reason);
        Controller = new Controller(settings, _table.Loads, isMetered ? [_meter] : [], [], new FirmwareStore(), Uplink, bootId: 1);
        Measures = watts => watts;
        Settings = settings;
    }

    public Settings Settings { get; }

    public Controller Controller { get; }

    public FirmwareUplink Uplink { get; } = new();

    public PlantModel[] Models { get; }

    public LoadDevice[] Devices { get; }

    public long NowMs { get; private set; }

    /// <summary>What the meter makes of the watts that are taken; the test's truth of the circuit.</summary>
    public Func<double, double> Measures { get; set; }

    /// <summary>What it shows beside that: the noise of a reading.</summary>
    public Func<double, double> Noise { get; set; } = watts => watts;

    /// <summary>Seconds between two readings; 0 for a meter that is dead.</summary>
    public int PaceSeconds { get; set; } = 1;

    /// <summary>What the loads take together.</summary>
    public double TakenWatts => Models.Sum(model => model.Milliwatts) / 1000.0;

    /// <summary>What the circuit takes.</summary>
    public double Watts => Measures(TakenWatts);

    public int Band => Achievement.ToleranceOf(Controller.LimitWatts);

    /// <summary>The orders in force, of the newest telemetry.</summary>
    public int[] Orders => [.. Uplink.Telemetries[^1].Loads.Take(Models.Length).Select(load => load.LimitWatts)];

    public int Faults(int load) => Uplink.Telemetries[^1].Loads[load].Faults;

    public PlantRig Command(int limitWatts, int[]? loadWatts = null)
    {
        Send(Kind.Heartbeat, new Heartbeat { UtcMs = 1782907200000 + NowMs, Epoch = 1 });
        Send(Kind.Setpoint, new Setpoint
        {
            Id = "id-" + ++_sequence,
            Sequence = _sequence,
            BootId = 1,
            IssuedUtcMs = 1782907200000 + NowMs,
            IsUnlimited = limitWatts < 0,
            LimitWatts = Math.Max(0, limitWatts),
            LoadWatts = loadWatts ?? [],
            Reason = "test",
        });
        return this;
    }

    public PlantRig Run(int seconds, Action? each = null)
    {
        for (int second = 0; second < seconds; second++)
        {
            for (int step = 0; step < StepsASecond; step++)
            {
                NowMs += 1000 / StepsASecond;
                foreach (PlantModel model in Models)
                    model.Advance(NowMs);
                foreach (Driver driver in _table.Drivers.Take(Models.Length))
                    driver.Step(NowMs);
            }
            _meter.Watts = (int)Math.Round(Noise(Watts));
            if (PaceSeconds > 0 && NowMs / 1000 % PaceSeconds == 0)
                _meter.Step(NowMs);
            if (NowMs / 1000 % 5 == 0)
                Send(Kind.Heartbeat, new Heartbeat { UtcMs = 1782907200000 + NowMs, Epoch = 1 });
            Controller.Tick(NowMs);
            each?.Invoke();
        }
        return this;
    }

    private static string LoadJson(PlantRating rating, int index, int port, string options)
    {
        string levels = rating.CapsWatts.IsEmpty ? "" : $",\"levelWatts\":[{string.Join(',', rating.CapsWatts)}]";
        return $$"""{"name":"load-{{index + 1}}","driver":"{{DriverOf(rating)}}","host":"h","port":{{port}},"minWatts":{{rating.MinWatts}},"maxWatts":{{rating.MaxWatts}},"order":{{index}}{{levels}}{{options}}}""";
    }

    private static string DriverOf(PlantRating rating) => rating.Slots > 0 ? "aibox" : rating.Model.StartsWith("Avalon", StringComparison.Ordinal) ? "avalon" : "luxos";

    private static LoadDevice DeviceOf(PlantModel model) => DriverOf(model.Rating) switch
    {
        "aibox" => new AiBoxDevice(model),
        "avalon" => new AvalonDevice(model),
        _ => new LuxOsDevice(model),
    };

    private void Send(Kind kind, Message message)
    {
        string topic = kind == Kind.Heartbeat ? Topics.HeartbeatOf(FirmwareRig.Site) : Topics.Of(FirmwareRig.Site, FirmwareRig.Name, kind);
        int length = message is SignedMessage signed ? signed.WriteSigned(_buffer, topic, FirmwareRig.Key) : message.Write(_buffer);
        Controller.Receive(topic, _buffer, length);
    }
}
