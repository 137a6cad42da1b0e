using System;
using Fleet.Wire;

namespace Fleet.Tests.Firmware.Wire;

/// <summary>One message of every kind with every field filled, as the golden files hold them.</summary>
internal static class Samples
{
    public const string SetpointTopic = "fleet/v1/north/c1/setpoint";

    private const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private const long UtcMs = 1780000000000;

    public static readonly string[] Names =
    [
        "hello", "hello-will", "telemetry", "telemetry-unknown", "energy", "energy-undated", "ack", "ack-refused", "ack-image", "event", "heartbeat",
        "setpoint", "setpoint-unlimited", "setpoint-zero", "schedule", "schedule-priced", "config", "command", "image",
    ];

    /// <summary>The message of this name, filled.</summary>
    public static Message Filled(string name)
    {
        return name switch
        {
            "hello" => Hello(),
            "hello-will" => new Hello { IsOnline = false, BootId = 12 },
            "telemetry" => Telemetry(),
            "telemetry-unknown" => new Telemetry { Sequence = 1, BootId = 12, MonotonicMs = 900, IsUnlimited = true },
            "energy" => new EnergyRecord
            {
                BootId = 12, Sequence = 4, StartUtcMs = UtcMs, EndUtcMs = UtcMs + 900000,
                EnergyMilliwattHours = -2250000, RegisterMilliwattHours = 123456789, Quality = EnergyQuality.Reported,
            },
            "energy-undated" => new EnergyRecord
            {
                BootId = 11, Sequence = 5, StartUtcMs = UtcMs, EndUtcMs = UtcMs + 300000,
                EnergyMilliwattHours = 750000, RegisterMilliwattHours = 124206789, EarlierSeconds = 5400,
            },
            "ack" => new Ack
            {
                Id = "sp-7", Sequence = 7, BootId = 12, Kind = Kind.Setpoint, Result = AckResult.Achieved, Reason = "",
                HasWatts = true, Watts = 8990, ElapsedMs = 4200,
            },
            "ack-refused" => new Ack
            {
                Id = "", BootId = 12, Kind = Kind.Setpoint, Result = AckResult.Refused,
                Reason = "limitWatts: 99999999 is above 10000000", ElapsedMs = 3,
            },
            "ack-image" => new Ack { Id = "up-7", Sequence = 7, BootId = 12, Kind = Kind.Image, Reason = "", HasStoredBytes = true, StoredBytes = 1024 },
            "event" => new ControllerEvent
            {
                Sequence = 3, BootId = 12, MonotonicMs = 310000, HasUtc = true, UtcMs = UtcMs,
                Type = EventType.FaultRaised, Code = 1, Load = "s21-1", Detail = "no answer for 30 s: \"timeout\" \\ Ü € 🔌\n",
            },
            "heartbeat" => new Heartbeat { UtcMs = UtcMs, Epoch = 5 },
            _ => Signed(name),
        };
    }

    private static SignedMessage Signed(string name)
    {
        SignedMessage message = name switch
        {
            "setpoint" => new Setpoint
            {
                LimitWatts = 9000, LoadWatts = [3500, 3500, 2000], RampWattsPerSecond = 500, WindowSeconds = 60,
                ValidSeconds = 900, Reason = "plan",
            },
            "setpoint-unlimited" => new Setpoint { IsUnlimited = true, Reason = "plan" },
            "setpoint-zero" => new Setpoint { LimitWatts = 0, ValidSeconds = 3600, Reason = "grid emergency" },
            "schedule" => new Schedule { StartUtcMs = UtcMs, SlotSeconds = 900, LimitWatts = [9000, 9000, 0, 4500] },
            "schedule-priced" => new Schedule
            {
                StartUtcMs = UtcMs, SlotSeconds = 900, LimitWatts = [9000, 9000, 0, 4500],
                HasHashprice = true, HashpriceMicros = 38200, PricePerMegawattHour = [87, -12, 0],
            },
            "config" => new Config { Names = ["failSafeWatts", "heartbeatTimeoutSeconds"], Values = [4200, 120] },
            "command" => new Command { Action = CommandAction.Update, Argument = Digest },
            "image" => new ImagePart { ImageBytes = 141000, Sha256 = Digest, Offset = 512, Content = "4e464d524b3200ff" },
            _ => throw new ArgumentException(name),
        };
        message.Id = "sp-7";
        message.Sequence = 7;
        message.BootId = 12;
        message.IssuedUtcMs = UtcMs;
        return message;
    }

    private static Hello Hello()
    {
        return new Hello
        {
            IsOnline = true, Board = "olimex-esp32-poe-iso", Firmware = "0.1.0", BootId = 12, HasBootReason = true, BootReason = BootReason.TickStalled, FailSafeWatts = 4200,
            FailSafeMinimumSeconds = 7200, HeartbeatTimeoutSeconds = 120,
            Loads =
            [
                new LoadAbility
                {
                    Name = "s21-1", Driver = "luxos", Work = WorkUnit.Gigahash, MinWatts = 1600, MaxWatts = 3500,
                    Sleeps = true, LevelWatts = [1600, 2500, 3500],
                },
                new LoadAbility { Name = "fan", Driver = "relay", MaxWatts = 150 },
            ],
        };
    }

    /// <summary>A telemetry message with two loads and two temperatures.</summary>
    public static Telemetry Telemetry()
    {
        Telemetry telemetry = new Telemetry
        {
            Sequence = 31, BootId = 12, MonotonicMs = 310000, HasUtc = true, UtcMs = UtcMs, HasWatts = true, Watts = 8990,
            EnergyMilliwattHours = 123456789, State = ControllerState.Commanded, Faults = Fault.Hot, LimitWatts = 9000,
            SetpointId = "sp-7", TemperatureCount = 2, LoadCount = 2,
        };
        Vitals vitals = telemetry.Vitals;
        (vitals.HasHeapFree, vitals.HasLargestFree, vitals.HasTick, vitals.HasLinkLosses) = (true, true, true, true);
        (vitals.HeapFreeBytes, vitals.LargestFreeBytes, vitals.TickMs, vitals.LinkLosses) = (38000, 61000, 120, 1);
        telemetry.TemperatureMilliC[0] = 41250;
        telemetry.TemperatureMilliC[1] = -4000;
        LoadTelemetry miner = telemetry.Loads[0];
        miner.HasWatts = true;
        miner.Watts = 3490;
        miner.LimitWatts = 3500;
        miner.State = LoadState.Running;
        miner.HasWorkRate = true;
        miner.WorkRate = 199000;
        telemetry.Loads[1].Faults = Fault.LoadSilent;
        return telemetry;
    }
}
