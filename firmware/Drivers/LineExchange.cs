namespace Fleet.Drivers;

/// <summary>
/// One request and one reply that ends with a certain byte: NUL in the cgminer API, a line feed for JSON lines.
/// </summary>
public sealed class LineExchange : TcpExchange
{
    private readonly byte _end;

    private LineExchange(IDialer dialer, string host, int port, byte end, bool endsAtClose)
        : base(dialer, host, port)
    {
        _end = end;
        EndsAtClose = endsAtClose;
    }

    /// <summary>
    /// The cgminer API (API-README of ckolivas/cgminer): the reply ends with NUL or, as some miners do, with the connection alone.
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

    /// <inheritdoc/>
    protected override Progress Take(byte[] bytes, int count, FieldScanner reply)
    {
        int length = 0;
        while (length < count && bytes[length] != _end)
            length++;
        bool isWhole = length < count;
        // The end byte goes to the scanner too: it ends a value.
        reply.Take(bytes, 0, isWhole ? length + 1 : count);
        return isWhole ? Progress.Whole : Progress.More;
    }
}
