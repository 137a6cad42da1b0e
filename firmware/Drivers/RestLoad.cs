using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// What miners share that are set over REST with a login: the order, with its read-back, and the token's renewal.
/// <code>
/// limit   read back ─► set, where the target is another ─► restart, where the miner asks for it
///                                                       └► wake, where it sleeps
/// zero    sleep
/// </code>
/// Every arrow is an exchange of its own, one a step. One that sleeps gets its target before it is woken, so that it never wakes
/// above its limit; a target in force is not written twice. A refused token is renewed once an order and once a poll.
/// </summary>
public abstract class RestLoad : TargetLoad
{
    /// <summary>Steps of an order, in the table of paths; questions are below.</summary>
    protected const int ReadBack = 10;

    /// <summary>Sets the target.</summary>
    protected const int Set = 11;

    /// <summary>Restarts its work, to apply a target.</summary>
    protected const int Restart = 12;

    /// <summary>Lets it work.</summary>
    protected const int Wake = 13;

    /// <summary>Lets it rest.</summary>
    protected const int Sleep = 14;

    /// <summary>The verb of all of these.</summary>
    protected const int Verb = 15;

    /// <summary>Where it is logged into.</summary>
    protected const int Login = 16;

    /// <summary>What stands before the token.</summary>
    protected const int Scheme = 17;

    /// <summary>The field of the target, in every driver's table the first.</summary>
    protected const int Target = 0;

    private readonly HttpExchange _exchange;
    private readonly string _login;
    private int _step;
    private bool _hasRenewed;

    /// <summary>A miner at this host and port, which tells these fields and is logged into with this JSON.</summary>
    protected RestLoad(LoadAbility ability, IDialer dialer, string host, int port, string fields, string login)
        : base(ability, new FieldScanner(fields))
    {
        _exchange = new HttpExchange(dialer, host, port, "/api/v1/");
        _login = login;
    }

    /// <inheritdoc/>
    protected sealed override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        if (begins)
            _step = limitWatts == 0 ? Sleep : HasTarget ? ReadBack : Wake;
        Outcome outcome = Open(begins);
        if (outcome != Outcome.Complete)
            return outcome;
        int watts = TargetFor(limitWatts);
        switch (_step)
        {
            case ReadBack:
                if (!TryAsk(ReadBack))
                    return Refused();
                LearnTarget(true);
                _step = TargetWatts != watts ? Set : NeedsRestart(false) ? Restart : Wake;
                return Outcome.Continues;
            case Set:
                TargetWatts = 0;
                if (!_exchange.TryAsk(Path(Verb), Path(Set), Body(watts), Reply))
                {
                    Objected(_exchange.Status);
                    return Refused();
                }
                _step = NeedsRestart(true) ? Restart : Wake;
                return Outcome.Continues;
            case Wake:
                if (IsAwake)
                    return Done();
                break;
        }
        return _exchange.TryAsk(Path(Verb), Path(_step), null, Reply) ? Done() : Refused();
    }

    /// <inheritdoc/>
    protected sealed override Outcome Open(bool begins)
    {
        if (begins)
            _hasRenewed = false;
        if (_exchange.IsLoggedIn)
            return Outcome.Complete;
        return _exchange.TryLogin(Path(Login), _login, Path(Scheme)) ? Outcome.Continues : Outcome.Silent;
    }

    /// <inheritdoc/>
    protected sealed override Outcome Refused()
    {
        if (_exchange.IsLoggedIn || _hasRenewed)
            return Outcome.Silent;
        _hasRenewed = true;
        return Outcome.Continues;
    }

    /// <inheritdoc/>
    protected sealed override bool TryAsk(int step)
    {
        return _exchange.TryAsk("GET", Path(step), null, Reply);
    }

    /// <summary>Takes the target from the reply; without an answer there is none.</summary>
    protected void LearnTarget(bool isAnswered)
    {
        TargetWatts = isAnswered && Reply.TryWhole(Target, Bounds.Watts, out long watts) ? (int)watts : 0;
    }

    /// <summary>Whether it takes a target at all; one that does not is all or nothing.</summary>
    protected abstract bool HasTarget { get; }

    /// <summary>What is set for this limit.</summary>
    protected abstract int TargetFor(int limitWatts);

    /// <summary>The JSON that sets a target.</summary>
    protected abstract string Body(int watts);

    /// <summary>Whether a miner at work must be restarted for its target, by the reply to it or by what was told before.</summary>
    protected virtual bool NeedsRestart(bool byReply)
    {
        return false;
    }

    /// <summary>The miner refuses a target with this status.</summary>
    protected virtual void Objected(int status)
    {
    }
}
