namespace Fleet.Drivers;

/// <summary>
/// One request and its reply on a TCP connection of their own, bounded in time and bytes. Both go through the scanner's buffer
/// piece by piece, so that a long request or reply needs no more heap.
/// </summary>
public abstract class TcpExchange
{
    /// <summary>Longest reply: twice the longest known, AxeOS info with 8 kB. A device that sends more is broken.</summary>
    public const int ReplyBytes = 16384;

    /// <summary>Longest wait for a connection on a local network.</summary>
    public const int ConnectMs = 2000;

    /// <summary>Longest time from the request to the end of the reply, however it trickles.</summary>
    public const int AnswerMs = 3000;

    private readonly IDialer _dialer;
    private readonly string _host;
    private readonly int _port;
    private byte[] _buffer;
    private IByteChannel _channel;
    private int _length;

    /// <summary>Exchanges with this host and port.</summary>
    protected TcpExchange(IDialer dialer, string host, int port)
    {
        _dialer = dialer;
        _host = host;
        _port = port;
    }

    /// <summary>What a piece of reply has brought.</summary>
    protected enum Progress
    {
        /// <summary>The reply goes on.</summary>
        More,

        /// <summary>The reply is whole.</summary>
        Whole,

        /// <summary>It is not a reply that can be believed.</summary>
        Broken,
    }

    /// <summary>Whether the reply is whole if the device closes the connection now.</summary>
    protected bool EndsAtClose;

    /// <summary>Sends this request, in ASCII, and gives the reply's values to the scanner; false when no whole reply came.</summary>
    public bool TryAsk(string request, FieldScanner reply)
    {
        Start(reply);
        PutHead(request.Length);
        Put(request);
        return TrySend(reply);
    }

    /// <summary>Puts what stands before a request of this length.</summary>
    protected virtual void PutHead(int length)
    {
    }

    /// <summary>Begins a request; what an exchange that broke off has left is dropped.</summary>
    protected void Start(FieldScanner reply)
    {
        Close();
        _buffer = reply.Piece;
        _length = 0;
    }

    /// <summary>Appends ASCII text to the request.</summary>
    protected void Put(string text)
    {
        for (int i = 0; i < text.Length; i++)
            Put((byte)text[i]);
    }

    /// <summary>Appends one byte to the request.</summary>
    protected void Put(byte one)
    {
        if (_length == FieldScanner.PieceBytes)
            Flush();
        if (_length >= 0)
            _buffer[_length++] = one;
    }

    /// <summary>Sends the request and gives the reply's values to the scanner; false when there is no whole reply.</summary>
    protected bool TrySend(FieldScanner reply)
    {
        reply.Reset();
        try
        {
            Flush();
            return _length >= 0 && TryReceive(_channel, reply);
        }
        finally
        {
            Close();
        }
    }

    /// <summary>Writes what the buffer holds, on the connection that the first piece opens; a length below 0 is a broken one.</summary>
    private void Flush()
    {
        if (_length < 0)
            return;
        if (_channel == null)
            _channel = _dialer.Dial(_host, _port, ConnectMs);
        _length = _channel != null && _channel.Write(_buffer, 0, _length) ? 0 : -1;
    }

    private void Close()
    {
        IByteChannel channel = _channel;
        _channel = null;
        if (channel != null)
            channel.Close();
    }

    private bool TryReceive(IByteChannel channel, FieldScanner reply)
    {
        int leftMs = AnswerMs;
        int received = 0;
        BeginReply();
        while (true)
        {
            int count = channel.Read(_buffer, 0, FieldScanner.PieceBytes, ref leftMs);
            if (count < 0)
                return EndsAtClose;
            received += count;
            // Nothing more in time, too much, or time used up by trickling.
            if (count == 0 || received > ReplyBytes)
                return false;
            Progress progress = Take(_buffer, count, reply);
            if (progress != Progress.More)
                return progress == Progress.Whole;
            if (leftMs <= 0)
                return false;
        }
    }

    /// <summary>Prepares for a new reply.</summary>
    protected virtual void BeginReply()
    {
    }

    /// <summary>Takes the next piece of the reply.</summary>
    protected abstract Progress Take(byte[] bytes, int count, FieldScanner reply);
}
