namespace Fleet.Drivers;

/// <summary>One request and one reply, each behind its length in four bytes, the lowest first.</summary>
public sealed class FrameExchange : TcpExchange
{
    private const int HeadBytes = 4;

    private int _headLeft;
    private int _left;

    /// <summary>Exchanges with this host and port.</summary>
    public FrameExchange(IDialer dialer, string host, int port)
        : base(dialer, host, port)
    {
    }

    /// <inheritdoc/>
    protected override void PutHead(int length)
    {
        for (int i = 0; i < HeadBytes; i++)
            Put((byte)(length >> (8 * i)));
    }

    /// <inheritdoc/>
    protected override void BeginReply()
    {
        _headLeft = HeadBytes;
        _left = 0;
    }

    /// <inheritdoc/>
    protected override Progress Take(byte[] bytes, int count, FieldScanner reply)
    {
        int at = 0;
        while (at < count)
        {
            if (_headLeft > 0)
            {
                _left |= bytes[at++] << (8 * (HeadBytes - _headLeft));
                _headLeft--;
                if (_headLeft > 0)
                    continue;
                if (_left < 0 || _left > ReplyBytes)
                    return Progress.Broken;
                // An empty frame only shows that the other side lives.
                if (_left == 0)
                    BeginReply();
                continue;
            }
            int length = _left < count - at ? _left : count - at;
            reply.Take(bytes, at, length);
            at += length;
            _left -= length;
            if (_left == 0)
                return Progress.Whole;
        }
        return Progress.More;
    }
}
