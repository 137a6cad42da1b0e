namespace Fleet.Drivers;

/// <summary>
/// One request and one reply that ends with a certain byte: NUL in the cgminer API, a line feed for JSON lines.
/// </summary>
public sealed class LineExchange : TcpExchange
{
    private readonly byte _end;
    private readonly bool _endsAtClose;

    private LineExchange(IDialer dialer, string host, int port, byte end, bool endsAtClose)
        : base(dialer, host, port)
    {
        _end = end;
        _endsAtClose = endsAtClose;
    }

    /// <summary>
    /// The cgminer API: the reply ends with NUL or, as some miners do, with the connection alone (facts C.1).
    /// </summary>
    public static LineExchange Cgminer(IDialer dialer, string host, int port)
    {
        return new LineExchange(dialer, host, port, 0, true);
    }

    /// <summary>JSON lines: a reply without its line feed is not whole.</summary>
    public static LineExchange JsonLines(IDialer dialer, string host, int port)
    {
        return new LineExchange(dialer, host, port, (byte)'\n', false);
    }

    /// <summary>Asks; false when no whole reply came.</summary>
    public bool TryAsk(string request, FieldScanner reply)
    {
        Start();
        Put(request);
        return TrySend(reply);
    }

    /// <inheritdoc/>
    protected override bool EndsAtClose
    {
        get { return _endsAtClose; }
    }

    /// <inheritdoc/>
    protected override void BeginReply()
    {
    }

    /// <inheritdoc/>
    protected override Progress Take(byte[] bytes, int count, FieldScanner reply)
    {
        for (int i = 0; i < count; i++)
        {
            reply.Take(bytes[i]);
            if (bytes[i] == _end)
                return Progress.Whole;
        }
        return Progress.More;
    }
}
