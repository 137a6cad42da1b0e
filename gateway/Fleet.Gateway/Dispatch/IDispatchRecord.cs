using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>Where the dispatch writes down what it did, so that every change of power can be traced. Never blocks the tick.</summary>
public interface IDispatchRecord
{
    /// <summary>A setpoint is new, or its life went on.</summary>
    void Write(Site site, Setpoint setpoint);

    /// <summary>A curtailment began, was achieved or ended.</summary>
    void Write(Site site, Curtailment curtailment);
}
