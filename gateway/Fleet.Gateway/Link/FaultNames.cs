using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>The words for the wire's fault bits and events.</summary>
internal static class FaultNames
{
    private static readonly ConcurrentDictionary<int, string[]> Known = new();
    private static readonly string[] States = ["fail-safe", "scheduled", "commanded"];

    /// <summary>Names of the bits that are set; bits of a newer firmware are named by their number.</summary>
    public static IReadOnlyList<string> Of(int faults) => faults == 0 ? [] : Known.GetOrAdd(faults, NamesOf);

    /// <summary>What happened, and to which fault or state.</summary>
    public static (string What, string Code) Describe(ControllerEvent happened) => happened.Type switch
    {
        EventType.FaultRaised => ("fault-raised", NameOf(happened.Code)),
        EventType.FaultCleared => ("fault-cleared", NameOf(happened.Code)),
        EventType.StateChanged when happened.Code >= 0 && happened.Code < States.Length => ("state-changed", States[happened.Code]),
        EventType.StateChanged => ("state-changed", Number(happened.Code)),
        EventType.PriceRest => ("price-rest", Number(happened.Code)),
        EventType.GridAnswered => ("grid-answered", Number(happened.Code) + " ms"),
        _ => ("rebooted", NameOf((BootReason)happened.Code)),
    };

    /// <summary>Why a controller has started; a reason of a newer firmware is named by its number.</summary>
    public static string NameOf(BootReason reason) => reason switch
    {
        BootReason.Unknown => "power-or-reset",
        BootReason.Command => "command",
        BootReason.TicksThrew => "ticks-threw",
        BootReason.TickStalled => "tick-stalled",
        BootReason.Update => "update",
        BootReason.MemoryShort => "memory-short",
        _ => "reason-" + Number((int)reason),
    };

    private static string[] NamesOf(int faults)
    {
        var names = new List<string>();
        for (var bit = 0; bit < 31; bit++)
        {
            if ((faults & (1 << bit)) != 0)
                names.Add(NameOf(bit));
        }
        return [.. names];
    }

    private static string NameOf(int bit) => bit >= 0 && bit < Fault.Count ? Fault.NameOf(bit) : "fault-" + Number(bit);

    private static string Number(int code) => code.ToString(CultureInfo.InvariantCulture);
}
