namespace Fleet.Drivers;

/// <summary>
/// One command and its reply in the text form of the cgminer API, as Avalons use it, rewritten for the scanner while it
/// streams by. A reply ends with NUL or with the connection.
/// <code>
/// STATUS=S,When=92,Msg=ok|STATS=0,MM ID0=TMax[86] PS[0 1210 2083] SYSTEMSTATU[Work: In Work, Hash Board: 1]|
/// "STATUS":"S","When":"92", … "TMax":"86","PS":"0","PS1":"1210","PS2":"2083","SYSTEMSTATU":"Work:","SYSTEMSTATU1":"In", …
/// </code>
/// Items behind the tenth of a list are left out: long lists are of chips.
/// </summary>
public sealed class BracketExchange : TcpExchange
{
    private const int NameBytes = 12;
    private const int LastItem = 9;
    private const int OutBytes = 64;

    private readonly byte[] _name = new byte[NameBytes];
    private readonly byte[] _out = new byte[OutBytes];
    private int _nameLength;
    private int _outLength;
    private int _item;
    private bool _isInBrackets;

    /// <summary>Exchanges with this host and port.</summary>
    public BracketExchange(IDialer dialer, string host, int port)
        : base(dialer, host, port)
    {
        EndsAtClose = true;
    }

    /// <inheritdoc/>
    protected override void BeginReply()
    {
        _nameLength = 0;
        _outLength = 0;
        _isInBrackets = false;
        Emit('"');
    }

    /// <inheritdoc/>
    protected override Progress Take(byte[] bytes, int count, FieldScanner reply)
    {
        int at = 0;
        for (; at < count && bytes[at] != 0; at++)
        {
            // Room for the longest of what one byte becomes.
            if (_outLength > OutBytes - NameBytes - 8)
                Flush(reply);
            if (_isInBrackets)
                TakeInBrackets(bytes[at]);
            else
                TakeOutside(bytes[at]);
        }
        Flush(reply);
        return at < count ? Progress.Whole : Progress.More;
    }

    private void TakeOutside(byte one)
    {
        if (one == '=' || one == '[')
        {
            Emit('"');
            Emit(',');
            Open();
            _isInBrackets = one == '[';
            _item = 0;
            if (!_isInBrackets)
                _nameLength = 0;
            return;
        }
        if (one == ',' || one == '|')
        {
            Emit('"');
            Emit(',');
            Emit('"');
        }
        bool isName = (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') || (one >= '0' && one <= '9') || one == '_';
        if (!isName)
            _nameLength = 0;
        else if (_nameLength < NameBytes)
            _name[_nameLength++] = one;
        if (one != ',' && one != '|')
            EmitText(one);
    }

    private void TakeInBrackets(byte one)
    {
        if (one == ']')
        {
            _isInBrackets = false;
            _nameLength = 0;
            Emit('"');
            Emit(',');
            Emit('"');
        }
        else if (one == ' ' && _item <= LastItem)
        {
            _item++;
            Emit('"');
            Emit(',');
            Open();
        }
        else if (_item <= LastItem && one != ',')
            EmitText(one);
    }

    /// <summary>The name, with the number of its item behind the first, and the quote of its value.</summary>
    private void Open()
    {
        Emit('"');
        for (int i = 0; i < _nameLength; i++)
            Emit((char)_name[i]);
        if (_isInBrackets)
            Emit(_item <= LastItem ? (char)('0' + _item) : '+');
        Emit('"');
        Emit(':');
        Emit('"');
    }

    private void EmitText(byte one)
    {
        if (one != '"' && one != '\\')
            Emit((char)one);
    }

    private void Emit(char one)
    {
        _out[_outLength++] = (byte)one;
    }

    private void Flush(FieldScanner reply)
    {
        reply.Take(_out, 0, _outLength);
        _outLength = 0;
    }
}
