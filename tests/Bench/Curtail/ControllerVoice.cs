using System;
using System.Buffers.Text;
using System.Text;
using Fleet.Wire;

namespace Fleet.Bench.Curtail;

/// <summary>
/// What a bench controller with one load says, as the gateway understands it. It obeys at once: its telemetry shows
/// the limit it was given last.
/// </summary>
internal sealed class ControllerVoice
{
    /// <summary>The name of its load.</summary>
    public const string LoadName = "box";

    /// <summary>Watts of its load at full work.</summary>
    public const int MaxWatts = 3000;

    /// <summary>Watts of its load when curtailed: the least at which it works, for an off load may not come back at once.</summary>
    public const int CurtailedWatts = 1500;

    private static readonly byte[] HelloBytes = Written(new Hello
    {
        IsOnline = true,
        Board = "bench",
        Firmware = "bench",
        BootId = 1,
        FailSafeWatts = MaxWatts,
        FailSafeMinimumSeconds = 7200,
        HeartbeatTimeoutSeconds = 120,
        Loads = [new LoadAbility { Name = LoadName, Driver = "bench", Work = WorkUnit.Millitoken, MaxWatts = MaxWatts, MinWatts = CurtailedWatts, Sleeps = true, LevelWatts = [CurtailedWatts, MaxWatts] }],
    });

    private long _sequence;

    /// <summary>The limit it was given last.</summary>
    public int LimitWatts { get; private set; }

    public byte[] Hello => HelloBytes;

    public byte[] Telemetry()
    {
        var telemetry = new Telemetry { Sequence = ++_sequence, BootId = 1, MonotonicMs = _sequence * 1000, HasWatts = true, Watts = LimitWatts, LimitWatts = LimitWatts, State = ControllerState.Commanded, LoadCount = 1 };
        var load = telemetry.Loads[0];
        (load.HasWatts, load.Watts, load.LimitWatts, load.State) = (true, LimitWatts, LimitWatts, LoadState.Running);
        return Written(telemetry);
    }

    /// <summary>Obeys a setpoint and returns the ack that says so.</summary>
    public byte[] Obey(ReadOnlySpan<byte> setpoint)
    {
        LimitWatts = (int)NumberAfter(setpoint, "\"limitWatts\":"u8);
        var sequence = NumberAfter(setpoint, "\"seq\":"u8);
        var id = setpoint[(setpoint.IndexOf("\"id\":\""u8) + 6)..];
        return Encoding.ASCII.GetBytes(
            $$"""{"id":"{{Encoding.ASCII.GetString(id[..id.IndexOf((byte)'"')])}}","seq":{{sequence}},"boot":1,"kind":6,"result":0,"reason":"","watts":{{LimitWatts}},"elapsedMs":1}""");
    }

    private static long NumberAfter(ReadOnlySpan<byte> json, ReadOnlySpan<byte> field)
        => Utf8Parser.TryParse(json[(json.IndexOf(field) + field.Length)..], out long number, out _) ? number : 0;

    private static byte[] Written(Message message)
    {
        var buffer = new byte[Bounds.PayloadBytes];
        var length = message.Write(buffer, out var reason);
        return length > 0 ? buffer[..length] : throw new InvalidOperationException($"{message.GetType().Name}: {reason}");
    }
}
