namespace Fleet.Wire;

/// <summary>
/// Writes one JSON document into a buffer that is given: whole numbers, truth values, escaped strings, objects and
/// arrays; commas come by themselves. It never writes past the end: what does not fit leaves <see cref="Length"/> 0.
/// <code>
/// json.Start(buffer);
/// json.BeginObject();
/// json.Field("command", "cap");
/// json.Field("watts", 300);
/// json.EndObject();
/// </code>
/// One writer may be started again and again.
/// </summary>
public sealed class JsonWriter
{
    private const string HexDigits = "0123456789abcdef";

    private byte[] _buffer;
    private int _at;
    private bool _overflowed;

    /// <summary>Begins a document at the buffer's first byte.</summary>
    public void Start(byte[] buffer)
    {
        _buffer = buffer;
        _at = 0;
        _overflowed = false;
    }

    /// <summary>Bytes written; 0 when they did not fit.</summary>
    public int Length
    {
        get { return _overflowed ? 0 : _at; }
    }

    /// <summary>Begins an object: the document, or an item of an array.</summary>
    public void BeginObject()
    {
        Separate();
        Put('{');
    }

    /// <summary>Begins an object in this field.</summary>
    public void BeginObject(string name)
    {
        Name(name);
        Put('{');
    }

    /// <summary>Ends the object.</summary>
    public void EndObject()
    {
        Put('}');
    }

    /// <summary>Begins an array: the document, or an item of an array.</summary>
    public void BeginArray()
    {
        Separate();
        Put('[');
    }

    /// <summary>Begins an array in this field.</summary>
    public void BeginArray(string name)
    {
        Name(name);
        Put('[');
    }

    /// <summary>Ends the array.</summary>
    public void EndArray()
    {
        Put(']');
    }

    /// <summary>A field with a whole number.</summary>
    public void Field(string name, long value)
    {
        Name(name);
        Number(value);
    }

    /// <summary>A field with a truth value.</summary>
    public void Field(string name, bool value)
    {
        Name(name);
        Word(value ? "true" : "false");
    }

    /// <summary>A field with a string; null counts as empty.</summary>
    public void Field(string name, string value)
    {
        Name(name);
        Quoted(value, int.MaxValue);
    }

    /// <summary>A field with at most this many characters of a string; null counts as empty.</summary>
    public void Field(string name, string value, int maxLength)
    {
        Name(name);
        Quoted(value, maxLength);
    }

    /// <summary>A whole number as an item of an array.</summary>
    public void Item(long value)
    {
        Separate();
        Number(value);
    }

    /// <summary>A string as an item of an array; null counts as empty.</summary>
    public void Item(string value)
    {
        Separate();
        Quoted(value, int.MaxValue);
    }

    private void Name(string name)
    {
        Separate();
        Quoted(name, int.MaxValue);
        Put(':');
    }

    /// <summary>A comma, unless this is the first in its object or array.</summary>
    private void Separate()
    {
        if (_at > 0 && _buffer[_at - 1] != '{' && _buffer[_at - 1] != '[')
            Put(',');
    }

    private void Number(long value)
    {
        if (value < 0)
            Put('-');
        // Counted downwards, because the range of a long reaches one further below zero than above.
        long below = value < 0 ? value : -value;
        long unit = 1;
        while (below / 10 <= -unit)
            unit *= 10;
        for (; unit != 0; unit /= 10)
            Put('0' - (int)(below / unit % 10));
    }

    private void Quoted(string value, int maxLength)
    {
        Put('"');
        int length = value == null ? 0 : value.Length < maxLength ? value.Length : maxLength;
        for (int i = 0; i < length; i++)
        {
            int character = value[i];
            if (character >= 0xD800 && character <= 0xDFFF)
            {
                int low = character < 0xDC00 && i + 1 < length ? value[i + 1] : 0;
                bool pair = low >= 0xDC00 && low <= 0xDFFF;
                character = pair ? 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00) : Utf8.Replacement;
                if (pair)
                    i++;
            }
            Character(character == 0 ? Utf8.Replacement : character);
        }
        Put('"');
    }

    private void Character(int character)
    {
        if (character == '"' || character == '\\')
        {
            Put('\\');
            Put(character);
        }
        else if (character < ' ')
        {
            Word("\\u00");
            Put(HexDigits[character >> 4]);
            Put(HexDigits[character & 15]);
        }
        else if (_overflowed || _at + Utf8.LengthOf(character) > _buffer.Length)
            _overflowed = true;
        else
            _at = Utf8.Encode(character, _buffer, _at);
    }

    private void Word(string word)
    {
        for (int i = 0; i < word.Length; i++)
            Put(word[i]);
    }

    private void Put(int ascii)
    {
        if (_overflowed || _at == _buffer.Length)
            _overflowed = true;
        else
            _buffer[_at++] = (byte)ascii;
    }
}
