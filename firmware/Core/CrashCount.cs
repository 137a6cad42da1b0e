namespace Fleet.Core;

/// <summary>
/// Counts crashes from boot to boot. Three within ten minutes of running begin the minimal mode, in which the controller
/// meters, stays at or below its fail-safe limit and takes commands and updates, and nothing else.
/// <code>
/// crash ── 4 min ── crash ── 5 min ── crash ──► minimal mode ── healthy hour, reboot by command, or update ──► as before
///   └──────── at most ten minutes ──────┘
/// </code>
/// What was asked for is no crash: commands, updates, a cut of the power. A run of more than ten minutes begins the count anew.
/// </summary>
public sealed class CrashCount
{
    /// <summary>Crashes that begin the minimal mode.</summary>
    public const int MostCrashes = 3;

    /// <summary>Running time in which they count together.</summary>
    public const int WindowMs = 600000;

    /// <summary>Running time without a failed tick that ends the minimal mode.</summary>
    public const int HealthyMs = 3600000;

    private const string Name = "crashes";
    private const int GapBytes = 3;
    private const int RecordBytes = 1 + GapBytes;

    private readonly Records _records;
    private int _count;
    private long _gapMs;
    private long _healthySince;

    /// <summary>Takes up the count where the last boot left it; a storage that keeps nothing counts nothing.</summary>
    public CrashCount(Records records)
    {
        _records = records;
        byte[] record = new byte[RecordBytes];
        if (!_records.TryRead(Name, record))
            return;
        _count = record[0];
        _gapMs = Records.ReadLong(record, 1, GapBytes);
    }

    /// <summary>Whether to run in minimal mode.</summary>
    public bool IsMinimal
    {
        get { return _count >= MostCrashes; }
    }

    /// <summary>The program crashes, or was found to have, after it has run so long; 0 where nobody knows how long.</summary>
    public void Note(long runMs)
    {
        if (IsMinimal)
            return;
        bool isNear = _count > 0 && runMs <= WindowMs;
        if (!isNear)
            _count = 1;
        else if (_gapMs + runMs <= WindowMs)
            _count++;
        _gapMs = isNear ? runMs : 0;
        Write();
    }

    /// <summary>Begins the count anew, by command or update.</summary>
    public void Clear()
    {
        if (_count == 0)
            return;
        _count = 0;
        _gapMs = 0;
        Write();
    }

    /// <summary>One tick, at this time since boot.</summary>
    public void Step(long nowMs, bool isClean)
    {
        bool isOver = IsMinimal ? Condition.HasLasted(ref _healthySince, isClean, nowMs, HealthyMs) : nowMs > WindowMs;
        if (isOver)
            Clear();
    }

    private void Write()
    {
        byte[] record = new byte[RecordBytes];
        record[0] = (byte)_count;
        Records.WriteLong(record, 1, GapBytes, _gapMs);
        _records.TryWrite(Name, record, RecordBytes);
    }
}
