namespace Fleet.Drivers;

/// <summary>
/// A serial line as drivers of TCP see it: dialling reads the line empty, so that no late answer is taken for the next, and
/// hanging up leaves it open.
/// </summary>
public sealed class SerialDialer : IDialer, IByteChannel
{
    /// <summary>Silence after which the line is empty: some 20 characters at 9,600 baud.</summary>
    public const int SilenceMs = 20;

    /// <summary>Most pieces read to empty the line: 4 kB; one that never falls silent is broken.</summary>
    private const int DrainReads = 64;

    private readonly IByteChannel _line;
    private readonly byte[] _drain = new byte[64];

    /// <summary>Dials this line, whatever host and port are named.</summary>
    public SerialDialer(IByteChannel line)
    {
        _line = line;
    }

    /// <inheritdoc/>
    public IByteChannel Dial(string host, int port, int timeoutMs)
    {
        for (int i = 0; i < DrainReads; i++)
        {
            int leftMs = SilenceMs;
            int count = _line.Read(_drain, 0, _drain.Length, ref leftMs);
            if (count <= 0)
                return count == 0 ? this : null;
        }
        return null;
    }

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, ref int leftMs)
    {
        return _line.Read(buffer, offset, count, ref leftMs);
    }

    /// <inheritdoc/>
    public bool Write(byte[] buffer, int offset, int count)
    {
        return _line.Write(buffer, offset, count);
    }

    /// <inheritdoc/>
    public void Close()
    {
    }
}
