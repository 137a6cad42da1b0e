namespace Fleet.Core;

/// <summary>How long a condition has lasted without a break.</summary>
public sealed class Condition
{
    private bool _runs;
    private long _sinceMs;

    /// <summary>Takes the condition as it is now; whether it has lasted this long.</summary>
    public bool HasLasted(bool condition, long nowMs, long lengthMs)
    {
        if (condition && !_runs)
            _sinceMs = nowMs;
        _runs = condition;
        return condition && nowMs - _sinceMs >= lengthMs;
    }
}
