using System.Threading;

namespace Fleet.Virtual.Plant;

/// <summary>A contact upstream of some devices: open, and they are dark.</summary>
/// <remarks>It also carries the outage of the grid: <see cref="Live"/> off darkens the devices whatever the contact does.</remarks>
public sealed class Relay(params PlantModel[] loads)
{
    private readonly Lock _gate = new();
    private bool _coil = true;
    private bool _contact = true;
    private bool _live = true;
    private bool _stuck;

    /// <summary>Whether a feedback contact is wired.</summary>
    public bool HasFeedback { get; init; }

    /// <summary>Fault: the contact stays as it is, whatever the coil does; it follows the coil again when cleared.</summary>
    public bool Stuck
    {
        get => _stuck;
        set => Change(() => _stuck = value);
    }

    /// <summary>Whether the grid is there.</summary>
    public bool Live
    {
        get => _live;
        set => Change(() => _live = value);
    }

    /// <summary>What the contact really is.</summary>
    public bool IsClosed => _contact;

    /// <summary>The digital output of the controller: true closes the contact.</summary>
    public void Set(bool closed) => Change(() => _coil = closed);

    /// <summary>Reads the feedback contact; false when none is wired.</summary>
    public bool TryReadFeedback(out bool closed)
    {
        closed = _contact;
        return HasFeedback;
    }

    private void Change(System.Action change)
    {
        lock (_gate)
        {
            change();
            if (!_stuck)
                _contact = _coil;
            foreach (var load in loads)
                load.Supply(_contact && _live);
        }
    }
}
