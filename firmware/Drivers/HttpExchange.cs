namespace Fleet.Drivers;

/// <summary>
/// One HTTP/1.1 request on a connection of its own, and its reply by Content-Length, in chunks or up to the close of the
/// connection (RFC 9112, 6.3). A reply counts when it is whole and its status is 2xx.
/// </summary>
public sealed class HttpExchange : TcpExchange
{
    /// <summary>Characters kept of a header line: the longest that is looked at is <c>transfer-encoding: chunked</c>.</summary>
    private const int LineBytes = 48;

    /// <summary>A token of a login is shorter: a signed one of three parts has some 200 bytes.</summary>
    private const int TokenBytes = 250;

    private const int Unauthorized = 401;

    private const int UntilClose = -1;

    private enum Part
    {
        Status,
        Header,
        Body,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailer,
    }

    private readonly string _host;
    private readonly string _root;
    private readonly byte[] _line = new byte[LineBytes];
    private string _authorization;
    private Part _part;
    private int _lineLength;
    private int _left;
    private bool _chunked;

    /// <summary>Exchanges with this host and port; all paths lie below the root.</summary>
    public HttpExchange(IDialer dialer, string host, int port, string root = "")
        : base(dialer, host, port)
    {
        _host = host;
        _root = root;
    }

    /// <summary>The status of the last reply; 0 when there was none.</summary>
    public int Status { get; private set; }

    /// <summary>Asks, with a JSON body or null for none; false when no whole reply of status 2xx came.</summary>
    public bool TryAsk(string method, string path, string body, FieldScanner reply)
    {
        Start(reply);
        Put(method);
        Put(" ");
        Put(_root);
        Put(path);
        Put(" HTTP/1.1\r\nHost: ");
        Put(_host);
        Put("\r\nConnection: close\r\n");
        if (_authorization != null)
        {
            Put("Authorization: ");
            Put(_authorization);
            Put("\r\n");
        }
        if (body != null)
            Put("Content-Type: application/json\r\n");
        if (body != null || method != "GET")
            Put("Content-Length: " + (body == null ? 0 : body.Length).ToString() + "\r\n");
        Put("\r\n");
        if (body != null)
            Put(body);
        Status = 0;
        bool isWhole = TrySend(reply);
        if (Status == Unauthorized)
            _authorization = null;
        return isWhole && Status >= 200 && Status < 300;
    }

    /// <summary>Whether a login has given a token that the device has not refused since.</summary>
    public bool IsLoggedIn
    {
        get { return _authorization != null; }
    }

    /// <summary>
    /// Logs in with this JSON body; the reply's <c>token</c>, behind the scheme, goes with every request from then on. Its
    /// scanner is dropped at once: a place for a token in every driver would cost more.
    /// </summary>
    public bool TryLogin(string path, string body, string scheme)
    {
        _authorization = null;
        FieldScanner reply = new FieldScanner("token", TokenBytes);
        if (!TryAsk("POST", path, body, reply) || !reply.Has(0))
            return false;
        string token = reply.Text(0);
        if (token.Length >= TokenBytes)
            return false;
        for (int i = 0; i < token.Length; i++)
        {
            if (token[i] <= ' ' || token[i] > '~')
                return false;
        }
        _authorization = scheme + token;
        return true;
    }

    /// <summary>A text as JSON, in ASCII.</summary>
    public static string Quoted(string text)
    {
        const string Digits = "0123456789abcdef";
        string quoted = "\"";
        for (int i = 0; i < text.Length; i++)
        {
            char one = text[i];
            bool isPlain = one >= ' ' && one <= '~' && one != '"' && one != '\\';
            quoted += isPlain ? one.ToString() : "\\u";
            for (int shift = isPlain ? -1 : 12; shift >= 0; shift -= 4)
                quoted += Digits[(one >> shift) & 15].ToString();
        }
        return quoted + "\"";
    }

    /// <inheritdoc/>
    protected override void BeginReply()
    {
        _part = Part.Status;
        _lineLength = 0;
        _left = UntilClose;
        _chunked = false;
        EndsAtClose = false;
    }

    /// <inheritdoc/>
    protected override Progress Take(byte[] bytes, int count, FieldScanner reply)
    {
        int at = 0;
        Progress progress = Progress.More;
        while (at < count && progress == Progress.More)
        {
            if (_part != Part.Body && _part != Part.Chunk)
            {
                progress = TakeLine(bytes[at++]);
                continue;
            }
            int length = _left == UntilClose || _left > count - at ? count - at : _left;
            reply.Take(bytes, at, length);
            at += length;
            progress = EndBody(length);
        }
        return progress;
    }

    private Progress EndBody(int length)
    {
        if (_left == UntilClose)
            return Progress.More;
        _left -= length;
        if (_left > 0)
            return Progress.More;
        if (_part == Part.Body)
            return Progress.Whole;
        _part = Part.ChunkEnd;
        return Progress.More;
    }

    private Progress TakeLine(byte one)
    {
        if (one == '\r')
            return Progress.More;
        if (one != '\n')
        {
            if (_lineLength < LineBytes)
                _line[_lineLength++] = one;
            return Progress.More;
        }
        Progress progress = EndLine();
        _lineLength = 0;
        return progress;
    }

    private Progress EndLine()
    {
        switch (_part)
        {
            case Part.Status:
                // HTTP/1.1 200 OK
                if (!LineBegins("http/1.") || !TryNumber(9, 10, out int status) || status < 100 || status > 599)
                    return Progress.Broken;
                Status = status;
                _part = Part.Header;
                return Progress.More;
            case Part.Header:
                return _lineLength == 0 ? EndHeaders() : EndHeader();
            case Part.ChunkEnd:
                _part = Part.ChunkSize;
                return _lineLength == 0 ? Progress.More : Progress.Broken;
            case Part.ChunkSize:
                if (!TryNumber(0, 16, out _left) || _left > ReplyBytes)
                    return Progress.Broken;
                _part = _left == 0 ? Part.Trailer : Part.Chunk;
                return Progress.More;
            default:
                return _lineLength == 0 ? Progress.Whole : Progress.More;
        }
    }

    private Progress EndHeader()
    {
        if (LineBegins("content-length:"))
            return TryNumber(15, 10, out _left) && _left <= ReplyBytes ? Progress.More : Progress.Broken;
        if (LineBegins("transfer-encoding:"))
        {
            _chunked = LineBegins("transfer-encoding: chunked") || LineBegins("transfer-encoding:chunked");
            return _chunked ? Progress.More : Progress.Broken;
        }
        return Progress.More;
    }

    private Progress EndHeaders()
    {
        // 1xx goes before the reply proper; 204 and 304 have no body whatever they say.
        if (Status < 200)
        {
            BeginReply();
            return Progress.More;
        }
        _part = _chunked ? Part.ChunkSize : Part.Body;
        EndsAtClose = !_chunked && _left == UntilClose;
        bool empty = Status == 204 || Status == 304 || (!_chunked && _left == 0);
        return empty ? Progress.Whole : Progress.More;
    }

    private bool LineBegins(string lowerCase)
    {
        if (_lineLength < lowerCase.Length)
            return false;
        for (int i = 0; i < lowerCase.Length; i++)
        {
            int one = _line[i] >= 'A' && _line[i] <= 'Z' ? _line[i] | 0x20 : _line[i];
            if (one != lowerCase[i])
                return false;
        }
        return true;
    }

    /// <summary>The number after blanks from here on; what follows it, as a reason or chunk extension, is ignored.</summary>
    private bool TryNumber(int at, int radix, out int number)
    {
        number = 0;
        while (at < _lineLength && _line[at] == ' ')
            at++;
        int start = at;
        for (; at < _lineLength; at++)
        {
            int letter = _line[at] | 0x20;
            int digit = _line[at] >= '0' && _line[at] <= '9' ? _line[at] - '0' : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : radix;
            if (digit >= radix)
                break;
            // The bound is above every length that is let through.
            number = number > ReplyBytes ? number : number * radix + digit;
        }
        return at > start;
    }
}
