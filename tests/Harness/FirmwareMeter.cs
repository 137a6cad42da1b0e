using System;
using Fleet.Core;

namespace Fleet.Tests.Harness;

/// <summary>A meter for tests of the firmware's core: it shows what it is told, or what a function measures.</summary>
public sealed class FirmwareMeter : IMeter
{
    private long _atMs;
    private bool _hasAnswered;

    public int Watts { get; set; }

    /// <summary>What it measures, when set.</summary>
    public Func<int>? Measures { get; set; }

    public bool Answers { get; set; } = true;

    /// <summary>Frequency of the grid; null is not told.</summary>
    public int? MilliHertz { get; set; }

    /// <summary>Voltage of the grid; null is not told.</summary>
    public int? Millivolts { get; set; }

    public void Step(long nowMs)
    {
        if (!Answers)
            return;
        _hasAnswered = true;
        _atMs = nowMs;
        Watts = Measures?.Invoke() ?? Watts;
    }

    public bool TryRead(MeterReading into)
    {
        into.AtMs = _atMs;
        into.Watts = Watts;
        (into.HasFrequency, into.MilliHertz) = (MilliHertz.HasValue, MilliHertz ?? 0);
        (into.HasVoltage, into.Millivolts) = (Millivolts.HasValue, Millivolts ?? 0);
        return _hasAnswered;
    }
}
