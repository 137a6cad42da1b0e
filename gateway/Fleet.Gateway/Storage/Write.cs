using System;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Gateway.Storage;

/// <summary>
/// One write on its way to the database. It may be tried several times, and be withdrawn only between two tries:
/// <code>
///             start             commit
///   Pending ---------&gt; Running ---------&gt; Finished
///     |  ^                |
///     |  +--- failed -----+
///     +--- withdrawn, waited too long ---&gt; Finished
/// </code>
/// So a caller that was told of a failure never finds its write done after all.
/// </summary>
internal abstract class Write
{
    private const int Pending = 0;
    private const int Running = 1;
    private const int Finished = 2;

    private int _state = Pending;
    private volatile Exception? _withdrawal;

    /// <summary>Whether somebody waits until it is on the disk.</summary>
    public abstract bool IsAwaited { get; }

    /// <summary>Does it, within the session's transaction.</summary>
    public abstract void Apply(WriterSession session);

    /// <summary>False when it was withdrawn and must not be applied.</summary>
    public bool TryStart() => Interlocked.CompareExchange(ref _state, Running, Pending) == Pending;

    /// <summary>After a try that failed: it will be tried again, unless it was withdrawn meanwhile.</summary>
    public void Release()
    {
        Interlocked.CompareExchange(ref _state, Pending, Running);
        if (_withdrawal is { } failure)
            TryFail(failure);
    }

    /// <summary>After the commit.</summary>
    public void Complete()
    {
        Volatile.Write(ref _state, Finished);
        OnComplete();
    }

    /// <summary>
    /// It can never succeed, or nobody waits any longer: done at once between two tries, and during one after it, if that
    /// fails. True when done.
    /// </summary>
    public bool TryFail(Exception failure)
    {
        _withdrawal = failure;
        if (Interlocked.CompareExchange(ref _state, Finished, Pending) != Pending)
            return false;
        OnFail(failure);
        return true;
    }

    protected abstract void OnComplete();

    protected abstract void OnFail(Exception failure);
}

/// <summary>A write nobody waits for.</summary>
internal sealed class QueuedWrite(Action<WriterSession> apply) : Write
{
    public override bool IsAwaited => false;

    public override void Apply(WriterSession session) => apply(session);

    protected override void OnComplete()
    {
    }

    protected override void OnFail(Exception failure)
    {
    }
}

/// <summary>A write whose caller waits for its outcome.</summary>
internal sealed class AwaitedWrite<T>(Func<WriterSession, T> apply) : Write
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _outcome = default!;

    public override bool IsAwaited => true;

    public Task<T> Done => _done.Task;

    public override void Apply(WriterSession session) => _outcome = apply(session);

    protected override void OnComplete() => _done.TrySetResult(_outcome);

    protected override void OnFail(Exception failure)
    {
        if (failure is OperationCanceledException cancelled)
            _done.TrySetCanceled(cancelled.CancellationToken);
        else
            _done.TrySetException(failure);
    }
}
