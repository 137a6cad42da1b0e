using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>Where the dispatch writes down what it did, so that every change of power can be traced. Never blocks the tick.</summary>
public interface IDispatchRecord
{
    /// <summary>A setpoint is new, or its life went on.</summary>
    void Write(Site site, Setpoint setpoint);

    /// <summary>A curtailment, of the site or the portfolio its signal names, began, went on or ended.</summary>
    void Write(Curtailment curtailment);

    /// <summary>An update of a controller was refused, confirmed or given up.</summary>
    void Write(Update update);
}
