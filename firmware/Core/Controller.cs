using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// One controller: everything between the gateway's word and the loads' watts. The host gives it loads, meters, storage
/// and the link, passes on what arrives from any thread, and calls <see cref="Tick"/> every second from one thread.
/// </summary>
public sealed class Controller
{
    private readonly Settings _settings;

    /// <summary>Takes what it works with; a message for another boot than <paramref name="bootId"/> is refused.</summary>
    public Controller(Settings settings, ILoad[] loads, IMeter[] meters, IStore store, IUplink uplink, long bootId)
    {
        _settings = settings;
    }

    /// <summary>Whether a setpoint waits, so that the host had better tick at once. From any thread.</summary>
    public bool WantsTick { get; private set; }

    /// <summary>Whose limit is followed.</summary>
    public ControllerState State { get; private set; }

    /// <summary>Bits of <see cref="Fault"/> of the controller.</summary>
    public int Faults { get; private set; }

    /// <summary>Whether no limit is in force.</summary>
    public bool IsUnlimited { get; private set; }

    /// <summary>The limit in force after ramps; meaningless when unlimited.</summary>
    public int LimitWatts { get; private set; }

    /// <summary>Takes a message from the link; it waits for the next tick. From any thread.</summary>
    public void Receive(string topic, byte[] payload, int length)
    {
    }

    /// <summary>Takes the broker's word that a message has arrived; see <see cref="IUplink.Send"/>. From any thread.</summary>
    public void Delivered(int number)
    {
    }

    /// <summary>Sets the clock: at this monotonic time it was this UTC time. From any thread.</summary>
    public void SetUtc(long nowMs, long utcMs)
    {
    }

    /// <summary>Clears latched trips; only a person at the controller may call for it. From any thread.</summary>
    public void ResetTrips()
    {
    }

    /// <summary>Says why the controller has started, in the platform's own number; called once, before the first tick.</summary>
    public void NoteReboot(int reason)
    {
    }

    /// <summary>Hands the host a command that only it can carry out, each once; called after a tick.</summary>
    public bool TryTakeCommand(out CommandAction action, out string argument)
    {
        action = CommandAction.Identify;
        argument = null;
        return false;
    }

    /// <summary>One round: read, supervise, decide, guard, write, report. Never throws.</summary>
    public void Tick(long nowMs)
    {
    }
}
