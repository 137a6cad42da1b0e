using System;
using System.Threading;

namespace Fleet.Gateway.Link;

/// <summary>How many lines a minute strangers may cause in the log; what is left out is counted, and said with the next line.</summary>
public sealed class LogLimit(TimeProvider time)
{
    /// <summary>Enough to see who it is and what they try; a disk takes it for years.</summary>
    public const int LinesPerMinute = 20;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _since = DateTimeOffset.MinValue;
    private int _lines;
    private long _left;

    /// <summary>Whether a line may be written now, and how many were left out before it.</summary>
    public bool TryTake(out long left)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _since >= Minute)
                (_since, _lines) = (now, 0);
            left = _left;
            if (_lines >= LinesPerMinute)
            {
                _left++;
                return false;
            }
            _lines++;
            _left = 0;
            return true;
        }
    }
}
