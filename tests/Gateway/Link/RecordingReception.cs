using System.Collections.Generic;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;

namespace Fleet.Tests.Gateway.Link;

/// <summary>Notes what the uplink hands over, and what it refuses with which reason.</summary>
internal sealed class RecordingReception : IReception
{
    /// <summary>What was taken, in order.</summary>
    public List<object> Taken { get; } = [];

    /// <summary>What was refused, in order.</summary>
    public List<(ControllerAddress From, string Kind, string Reason)> Refused { get; } = [];

    public void Take(HelloReport report) => Taken.Add(report);

    public ValueTask Take(TelemetryReport report)
    {
        Taken.Add(report);
        return ValueTask.CompletedTask;
    }

    public void Take(AckReport report) => Taken.Add(report);

    public ValueTask Take(EventReport report)
    {
        Taken.Add(report);
        return ValueTask.CompletedTask;
    }

    public ValueTask Take(EnergyInterval interval)
    {
        Taken.Add(interval);
        return ValueTask.CompletedTask;
    }

    public void Refuse(ControllerAddress from, string kind, string reason) => Refused.Add((from, kind, reason));
}
