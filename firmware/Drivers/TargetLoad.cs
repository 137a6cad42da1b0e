using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// What miners share that keep a target in watts of their own: each poll asks power and one other thing, in turn, and an order
/// counts when state and target show that it is kept.
/// <code>
/// power, state    power, target    power, bounds    power, …       what confirms an order is asked first after it
/// </code>
/// </summary>
public abstract class TargetLoad : LoadDriver
{
    /// <summary>The question of every poll.</summary>
    protected const int AskPower = 0;

    /// <summary>The first of those that are asked in turn.</summary>
    protected const int FirstTurn = 1;

    /// <summary>A target this near below the order is what the miner made of it.</summary>
    private const int KeptPercent = 95;

    // Fields, as a property takes six times as much of the device's image.

    /// <summary>What it does by its last report; unknown after an order, until it is asked again.</summary>
    protected LoadState State = LoadState.Unknown;

    /// <summary>Its target by its last report; 0 where it is not known.</summary>
    protected int TargetWatts;

    /// <summary>What is asked next beside power.</summary>
    protected int Turn = FirstTurn;

    /// <summary>A miner that tells these fields.</summary>
    protected TargetLoad(LoadAbility ability, FieldScanner reply)
        : base(ability, reply)
    {
    }

    /// <summary>Whether it works, by its last report.</summary>
    protected bool IsAwake
    {
        get { return State == LoadState.Running || State == LoadState.Starting; }
    }

    /// <inheritdoc/>
    protected sealed override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (begins)
        {
            // What is asked more rarely than power.
            report.HasWorkRate = Last.HasWorkRate;
            report.WorkRate = Last.WorkRate;
            report.HasTemperature = Last.HasTemperature;
            report.TemperatureMilliC = Last.TemperatureMilliC;
        }
        Outcome outcome = Open(begins);
        if (outcome != Outcome.Complete)
            return outcome;
        // A blank report has no state: power is still to be asked.
        if (report.State == LoadState.Unknown)
        {
            if (!TryAsk(AskPower))
                return Refused();
            report.State = LoadState.Starting;
            return ReadPower(report) ? Outcome.Continues : Outcome.Silent;
        }
        Learn(report, Turn, TryAsk(Turn));
        Turn = Path(Turn + 1) == null ? FirstTurn : Turn + 1;
        report.IsFaulty = State == LoadState.Faulted;
        report.State = State == LoadState.Running && report.HasWorkRate && report.WorkRate == 0 ? LoadState.Starting : State;
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected sealed override bool Obeys(int limitWatts)
    {
        return limitWatts == 0 ? State == LoadState.Sleeping : IsAwake && Keeps(limitWatts);
    }

    /// <summary>Whether its target is what it makes of this limit.</summary>
    protected virtual bool Keeps(int limitWatts)
    {
        return TargetWatts <= limitWatts && TargetWatts * 100L >= limitWatts * (long)KeptPercent;
    }

    /// <summary>An order is given: what was told before no longer shows whether it is kept.</summary>
    protected Outcome Done()
    {
        State = LoadState.Unknown;
        TargetWatts = 0;
        Turn = FirstTurn;
        return Outcome.Complete;
    }

    /// <summary>What has to come before the first exchange; <see cref="Outcome.Complete"/> when nothing has.</summary>
    protected virtual Outcome Open(bool begins)
    {
        return Outcome.Complete;
    }

    /// <summary>What to make of a question that was not answered.</summary>
    protected virtual Outcome Refused()
    {
        return Outcome.Silent;
    }

    /// <summary>The table of what is asked and ordered; null behind the last that is asked in turn.</summary>
    protected abstract string Path(int step);

    /// <summary>Asks; false without a sound answer.</summary>
    protected abstract bool TryAsk(int step);

    /// <summary>Takes the power; false when the reply is none.</summary>
    protected abstract bool ReadPower(LoadReading report);

    /// <summary>Takes what a question asked in turn has brought; without an answer, what it brought before no longer counts.</summary>
    protected abstract void Learn(LoadReading report, int step, bool isAnswered);
}
