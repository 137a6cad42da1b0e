using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Gateway.Storage;

/// <summary>
/// The numbers of commands, which grow for each controller and never repeat, whatever crashes. They are taken from the
/// database in blocks; what is left of a block at a crash is skipped.
/// <code>
///   database  next = 1 ---- 1001 ------------------ 2001
///   used           1 2 3 …     1001 1002 | crash       2001 2002 …
/// </code>
/// </summary>
public sealed class CommandSequences
{
    /// <summary>Numbers in a block: at one command a second, a write every quarter of an hour.</summary>
    public const int BlockLength = 1_000;

    /// <summary>The next block is fetched when this many are left, so that nobody waits for a disk that is merely slow.</summary>
    private const int FewLeft = 200;

    private readonly Writer _writer;
    private readonly Lock _gate = new();
    private readonly Dictionary<long, Block> _blocks = [];

    internal CommandSequences(Writer writer)
    {
        _writer = writer;
    }

    /// <summary>Fetches a block for every controller that has none, in one write: at the start, before commands are urgent.</summary>
    public Task ReserveAsync(IReadOnlyList<long> controllerIds, CancellationToken cancellation = default)
    {
        List<long> missing;
        lock (_gate)
            missing = controllerIds.Where(id => !_blocks.ContainsKey(id)).Distinct().ToList();
        return missing.Count == 0 ? Task.CompletedTask : FetchAsync(missing, cancellation);
    }

    /// <summary>
    /// The next number for a controller: 1 and up, each once. Completes at once but for a controller that was not reserved,
    /// or while the database has failed for a whole block.
    /// </summary>
    /// <exception cref="StorageException">The database fails, or the controller is not enrolled, and no number is left.</exception>
    public async ValueTask<long> NextAsync(long controllerId, CancellationToken cancellation = default)
    {
        while (true)
        {
            Task fetch;
            lock (_gate)
            {
                if (Take(controllerId) is { } next)
                    return next;
                fetch = FetchOnce(BlockOf(controllerId), controllerId);
            }
            await fetch.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The next number for a controller if one is at hand; null when <see cref="NextAsync"/> would wait.</summary>
    public long? TryNext(long controllerId)
    {
        lock (_gate)
            return Take(controllerId);
    }

    private long? Take(long controllerId)
    {
        if (!_blocks.TryGetValue(controllerId, out var block))
            return null;
        var next = block.Take();
        // Nobody waits for it: when it fails, the next number asks again.
        if (block.IsRunningOut)
            _ = FetchOnce(block, controllerId);
        return next;
    }

    private Block BlockOf(long controllerId)
    {
        if (!_blocks.TryGetValue(controllerId, out var block))
            _blocks.Add(controllerId, block = new Block());
        return block;
    }

    private Task FetchOnce(Block block, long controllerId) =>
        block.Fetch = block.Fetch.IsCompleted ? FetchAsync([controllerId], CancellationToken.None) : block.Fetch;

    private async Task FetchAsync(List<long> controllerIds, CancellationToken cancellation)
    {
        var firsts = await _writer.WriteAsync(session => controllerIds.ConvertAll(id => Reserve(session, id)), cancellation).ConfigureAwait(false);
        lock (_gate)
        {
            foreach (var (id, first) in controllerIds.Zip(firsts))
                BlockOf(id).Add(first);
        }
    }

    private static long Reserve(WriterSession session, long controllerId) => session.Scalar<long>(
        """
        INSERT INTO command_sequences (controller_id, next_sequence) VALUES (@controllerId, 1 + @BlockLength)
        ON CONFLICT (controller_id) DO UPDATE SET next_sequence = command_sequences.next_sequence + @BlockLength
        RETURNING next_sequence
        """,
        new { controllerId, BlockLength }) - BlockLength;

    /// <summary>What is left of a controller's block, and the one after it. Guarded by the gate.</summary>
    private sealed class Block
    {
        private long _next;
        private long _end;
        private long _followingFirst;

        public Task Fetch { get; set; } = Task.CompletedTask;

        public bool IsRunningOut => _followingFirst == 0 && _end - _next < FewLeft;

        public long? Take()
        {
            if (_next == _end)
            {
                if (_followingFirst == 0)
                    return null;
                (_next, _end, _followingFirst) = (_followingFirst, _followingFirst + BlockLength, 0);
            }
            return _next++;
        }

        // Two fetches may answer out of order: a block below one that is in use is skipped, so numbers only grow.
        public void Add(long first)
        {
            if (first < _end)
                return;
            if (_next == _end)
                (_next, _end) = (first, first + BlockLength);
            else
                _followingFirst = first;
        }
    }
}
