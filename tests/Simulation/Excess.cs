namespace Fleet.Tests.Simulation;

/// <summary>How long something has been above its bound without a break.</summary>
public sealed class Excess(int seconds)
{
    private int? _since;

    /// <summary>Takes the value of a second; whether it has been above its bound for too long.</summary>
    public bool HasLasted(long watts, long boundWatts, int second)
    {
        _since = watts <= boundWatts ? null : _since ?? second;
        return second - _since >= seconds;
    }

    /// <summary>Begins again; nothing is wrong.</summary>
    public string? Forget()
    {
        _since = null;
        return null;
    }
}
