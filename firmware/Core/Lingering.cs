namespace Fleet.Core;

/// <summary>A fault of a moment, shown until a clean minute has passed.</summary>
public sealed class Lingering
{
    /// <summary>How long it is shown: long enough to be seen in telemetry and by a person.</summary>
    public const int ClearMs = 60000;

    private bool _isOn;
    private long _lastMs;

    /// <summary>It happened now.</summary>
    public void Note(long nowMs)
    {
        _isOn = true;
        _lastMs = nowMs;
    }

    /// <summary>Whether it happened within the last minute.</summary>
    public bool IsOn(long nowMs)
    {
        _isOn &= nowMs - _lastMs < ClearMs;
        return _isOn;
    }
}
