namespace Fleet.Drivers;

/// <summary>
/// One request and its reply on a TCP connection of their own, bounded in time and bytes. The request is written into
/// the one buffer, then the reply is read through it piece by piece, so that a long reply needs no more heap.
/// </summary>
public abstract class TcpExchange
{
    /// <summary>The buffer of each driver: the longest request, some 190 bytes of HTTP, and the piece of reply read at once.</summary>
    public const int BufferBytes = 256;

    /// <summary>Longest reply: twice the longest known, AxeOS info with 8 kB. A device that sends more is broken.</summary>
    public const int ReplyBytes = 16384;

    /// <summary>Longest wait for a connection on a local network.</summary>
    public const int ConnectMs = 2000;

    /// <summary>Longest time from the request to the end of the reply, however it trickles.</summary>
    public const int AnswerMs = 3000;

    private readonly IDialer _dialer;
    private readonly string _host;
    private readonly int _port;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _length;
    private bool _overflowed;

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

    /// <summary>Begins a request.</summary>
    protected void Start()
    {
        _length = 0;
        _overflowed = false;
    }

    /// <summary>Appends ASCII text to the request.</summary>
    protected void Put(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (_length < BufferBytes)
                _buffer[_length++] = (byte)text[i];
            else
                _overflowed = true;
        }
    }

    /// <summary>Sends the request and gives the reply's values to the scanner; false when there is no whole reply.</summary>
    protected bool TrySend(FieldScanner reply)
    {
        reply.Reset();
        if (_overflowed)
            return false;
        IByteChannel channel = _dialer.Dial(_host, _port, ConnectMs);
        if (channel == null)
            return false;
        try
        {
            return channel.Write(_buffer, 0, _length) && TryReceive(channel, reply);
        }
        finally
        {
            channel.Close();
        }
    }

    private bool TryReceive(IByteChannel channel, FieldScanner reply)
    {
        int leftMs = AnswerMs;
        int received = 0;
        BeginReply();
        while (true)
        {
            int count = channel.Read(_buffer, 0, BufferBytes, ref leftMs);
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
    protected abstract void BeginReply();

    /// <summary>Takes the next piece of the reply.</summary>
    protected abstract Progress Take(byte[] bytes, int count, FieldScanner reply);

    /// <summary>Whether the reply is whole if the device closes the connection now.</summary>
    protected abstract bool EndsAtClose { get; }
}
