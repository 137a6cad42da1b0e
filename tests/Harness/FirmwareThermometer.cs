using Fleet.Core;

namespace Fleet.Tests.Harness;

/// <summary>A thermometer for tests of the firmware's core: it shows what it is told.</summary>
public sealed class FirmwareThermometer : IThermometer
{
    private long _atMs;
    private bool _hasAnswered;
    private int _milliC;

    public int MilliC { get; set; } = 40_000;

    public bool Answers { get; set; } = true;

    public void Step(long nowMs)
    {
        if (!Answers)
            return;
        (_hasAnswered, _atMs, _milliC) = (true, nowMs, MilliC);
    }

    public bool TryRead(out int milliC, out long atMs)
    {
        (milliC, atMs) = (_milliC, _atMs);
        return _hasAnswered;
    }
}
