using System.Net;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;

namespace Fleet.Tests.Simulation;

/// <summary>One load of a world: its physics, how its controller reaches it, and whether anybody can control it now.</summary>
public sealed class SimulatedLoad
{
    /// <summary>How long the physics have lived when the world begins, so that they are warm.</summary>
    public const int WarmMs = 300_000;

    /// <summary>A load that has worked at its lowest level for a while.</summary>
    public SimulatedLoad(string name, LoadKind kind, int seed, PlantNetwork network)
    {
        (Name, Kind) = (name, kind);
        Model = new PlantModel(kind.Rating, seed, -WarmMs);
        Model.Advance(-WarmMs / 2);
        Model.Limit(kind.LevelWatts[0]);
        Model.Advance(0);
        Device = kind.NewDevice?.Invoke(Model, seed);
        if (Device is null)
            Relay = new Relay(Model) { HasFeedback = seed % 2 == 0 };
        else
            Place = network.Serve(Device);
    }

    /// <summary>Unique on its controller.</summary>
    public string Name { get; }

    /// <summary>What it is.</summary>
    public LoadKind Kind { get; }

    /// <summary>The truth of it.</summary>
    public PlantModel Model { get; }

    /// <summary>Its protocol; null behind a relay.</summary>
    public LoadDevice? Device { get; }

    /// <summary>The relay before it; null when it has a protocol.</summary>
    public Relay? Relay { get; }

    /// <summary>Where its driver finds it; null behind a relay.</summary>
    public IPEndPoint? Place { get; }

    /// <summary>What it really takes.</summary>
    public int Watts => (int)(Model.Milliwatts / 1000);

    /// <summary>The newest second in which no command could reach it or be followed.</summary>
    public int DeafUntil { get; private set; } = int.MinValue;

    /// <summary>The newest second in which its relay was stuck and no contact told of it.</summary>
    public int BlindUntil { get; private set; } = int.MinValue;

    /// <summary>Whether no command reaches it or is followed now.</summary>
    public bool IsDeaf => Model.IgnoresCommands || Model.State is PlantState.Crashed or PlantState.Booting || Relay is { Stuck: true }
        || Device is { Fault: not LineFault.None };

    /// <summary>Notes whether it is deaf in this second.</summary>
    public void Observe(int second, bool isControlled)
    {
        if (IsDeaf || !isControlled)
            DeafUntil = second;
        if (Relay is { Stuck: true, HasFeedback: false })
            BlindUntil = second;
    }
}
