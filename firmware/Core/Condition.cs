namespace Fleet.Core;

/// <summary>
/// How long a condition has lasted without a break. Its owner keeps since when in one field, as monotonic milliseconds and
/// one more, and 0 while it does not last: an object for each would cost the device three times the memory.
/// </summary>
public static class Condition
{
    /// <summary>Takes the condition as it is now; whether it has lasted this long.</summary>
    public static bool HasLasted(ref long since, bool condition, long nowMs, long lengthMs)
    {
        if (!condition)
            since = 0;
        else if (since == 0)
            since = nowMs + 1;
        return condition && nowMs + 1 - since >= lengthMs;
    }
}
