using System.Threading.Tasks;

namespace Fleet.Gateway.Sites;

/// <summary>Where the link hands over what controllers said. A task that is returned completes once the word is safe on disk.</summary>
public interface IReception
{
    /// <summary>A controller said who it is, or its will said it is gone.</summary>
    void Take(HelloReport report);

    /// <summary>A controller measured. The task completes when there is room for more, not when it is on disk.</summary>
    ValueTask Take(TelemetryReport report);

    /// <summary>A controller answered a command.</summary>
    void Take(AckReport report);

    /// <summary>Something happened on a controller.</summary>
    ValueTask Take(EventReport report);

    /// <summary>A controller closed an interval of energy.</summary>
    ValueTask Take(EnergyInterval interval);

    /// <summary>A controller sent something that cannot be understood.</summary>
    void Refuse(ControllerAddress from, string kind, string reason);
}
