using Fleet.Wire;

namespace Fleet.Core;

/// <summary>This boot of the controller: how it came about, which image it runs, and how the next one comes in.</summary>
public sealed class Boot
{
    private bool _isOver;

    /// <summary>Takes up what earlier boots left in the storage.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="slots">Where images are kept; null where only the flashed one runs.</param>
    /// <param name="version">The version of the image that runs.</param>
    public Boot(IStore store, IImageSlots slots, string version)
    {
        Records records = new Records(store);
        Crashes = new CrashCount(records);
        Images = new ImageChoice(records);
        Updates = new UpdateIntake(records, slots, Images);
        Version = version;
    }

    /// <summary>Whether too many boots ended in a crash.</summary>
    public readonly CrashCount Crashes;

    /// <summary>Which image runs.</summary>
    public readonly ImageChoice Images;

    /// <summary>The image that comes in.</summary>
    public readonly UpdateIntake Updates;

    /// <summary>The version of the image that runs.</summary>
    public string Version { get; set; }

    /// <summary>Bits of <see cref="Fault"/>.</summary>
    public int Faults
    {
        get
        {
            return (Crashes.IsMinimal ? Fault.MinimalMode : 0)
                | (Images.IsOnTrial ? Fault.UpdateOnTrial : 0)
                | (Images.HasReturned ? Fault.UpdateReturned : 0);
        }
    }

    /// <summary>A crash, of this boot after it has run so long, or of the last one, of which nobody knows: 0.</summary>
    public void NoteCrash(long runMs)
    {
        Crashes.Note(runMs);
        Images.NoteCrash();
    }

    /// <summary>One tick, at this time since boot: whether no tick of late has failed, and whether the gateway is heard.</summary>
    public void Step(long nowMs, bool isClean, bool isHeard)
    {
        Crashes.Step(nowMs, isClean);
        Updates.Step();
        _isOver |= Images.Step(nowMs, isClean && isHeard);
    }

    /// <summary>Whether the image that runs was given up, so that the host is to start the one before it; told once.</summary>
    public bool IsOver(out CommandAction action)
    {
        action = _isOver ? CommandAction.Update : CommandAction.Identify;
        bool wasOver = _isOver;
        _isOver = false;
        return wasOver;
    }
}
