namespace Fleet.Wire;

/// <summary>
/// Reads one JSON document where it lies, in order, without copying it. The document is checked whole before the first
/// value is read, so what follows cannot meet broken JSON: a read says false only when a value is of another type or
/// outside the bounds. A value that is not read is skipped, however deep it is.
/// <code>
/// if (!json.TryStart(bytes, length, out reason) || !json.EnterObject())
///     return false;
/// while (json.NextField())
/// {
///     if (json.NameIs("power"))
///         json.TryScaled(3, out milliwatts);
/// }
/// </code>
/// A long reply of which one field is wanted: <c>json.Find("POWER") &amp;&amp; json.Find("Watts") &amp;&amp; json.TryLong(…)</c>.
/// One reader may be started again and again.
/// </summary>
public sealed class JsonReader
{
    private byte[] _bytes;
    private int _end;
    private int _at;
    private int _nameAt;
    private bool _onValue;

    /// <summary>Begins a document of strict JSON in the first bytes; false, with the reason, when it is not.</summary>
    public bool TryStart(byte[] bytes, int length, out string reason)
    {
        _bytes = bytes;
        _end = 0;
        Rewind();
        reason = null;
        if (bytes == null || length <= 0)
            reason = "the document is empty";
        else if (length > bytes.Length)
            reason = "the document is longer than its buffer";
        else
            reason = JsonSyntax.ProblemOf(bytes, length);
        if (reason != null)
            return false;
        _end = length;
        Rewind();
        return true;
    }

    /// <summary>Goes back to the document's beginning.</summary>
    public void Rewind()
    {
        _at = _end == 0 ? 0 : JsonSyntax.AfterBlanks(_bytes, _end, 0);
        _nameAt = -1;
        _onValue = _end > 0;
    }

    /// <summary>Whether the value here is an object; if so, goes into it, before its first field.</summary>
    public bool EnterObject()
    {
        return Enter('{');
    }

    /// <summary>Whether the value here is an array; if so, goes into it, before its first item.</summary>
    public bool EnterArray()
    {
        return Enter('[');
    }

    /// <summary>Goes to the value of the object's next field; false at its end, and then stands behind the object.</summary>
    public bool NextField()
    {
        if (!NextIn('}') || Peek() != '"')
            return false;
        EnterField();
        return true;
    }

    /// <summary>Goes to the array's next item; false at its end, and then stands behind the array.</summary>
    public bool NextItem()
    {
        _onValue = NextIn(']') && _at < _end;
        return _onValue;
    }

    /// <summary>Steps out of the object or array that is entered, skipping what is left of it.</summary>
    public void Leave()
    {
        Pass(JsonSyntax.BehindClosing(_bytes, _end, _at));
    }

    /// <summary>Goes forward to the value of the next field of this name, at any depth; false, and then at the end, when there is none.</summary>
    public bool Find(string name)
    {
        while (_at < _end)
        {
            if (_bytes[_at] != '"')
            {
                _at++;
                continue;
            }
            int behind = JsonSyntax.AfterBlanks(_bytes, _end, JsonText.Behind(_bytes, _at));
            if (behind < _end && _bytes[behind] == ':')
            {
                EnterField();
                if (NameIs(name))
                    return true;
            }
            else
                _at = behind;
        }
        _onValue = false;
        return false;
    }

    /// <summary>Whether the field here has this name.</summary>
    public bool NameIs(string name)
    {
        return _nameAt >= 0 && JsonText.Is(_bytes, _nameAt, name);
    }

    /// <summary>The name of the field here, if it is not longer than this.</summary>
    public bool TryName(int maxLength, out string name)
    {
        name = null;
        return _nameAt >= 0 && JsonText.TryRead(_bytes, _nameAt, maxLength, out name);
    }

    /// <summary>Whether the value here is null; if so, moves behind it.</summary>
    public bool IsNull()
    {
        return Word('n', 4);
    }

    /// <summary>The whole number here, within bounds. <c>5.0</c> and <c>5e0</c> are not whole numbers.</summary>
    public bool TryLong(long least, long most, out long value)
    {
        value = 0;
        if (!IsNumber(First()))
            return false;
        int behind = JsonNumber.Behind(_bytes, _end, _at);
        if (!JsonNumber.TryWhole(_bytes, _at, behind, out long read) || read < least || read > most)
            return false;
        value = read;
        Pass(behind);
        return true;
    }

    /// <summary>As <see cref="TryLong"/>.</summary>
    public bool TryInt(int least, int most, out int value)
    {
        bool found = TryLong(least, most, out long read);
        value = (int)read;
        return found;
    }

    /// <summary>
    /// The number here, or in the string here, times 10^decimals as an integer: <c>15.37</c> and <c>"15.37"</c> with three
    /// decimals are 15370. Halves are rounded away from zero; false when it does not fit a long.
    /// </summary>
    public bool TryScaled(int decimals, out long value)
    {
        value = 0;
        bool quoted = First() == '"';
        int from = quoted ? _at + 1 : _at;
        if (from >= _end || !IsNumber(_bytes[from]))
            return false;
        int to = JsonNumber.Behind(_bytes, _end, from);
        if (quoted && (_bytes[to] != '"' || JsonSyntax.ProblemOfNumber(_bytes, from, to) != null))
            return false;
        if (!JsonNumber.TryScaled(_bytes, from, to, decimals, out value))
            return false;
        Pass(quoted ? to + 1 : to);
        return true;
    }

    /// <summary>The truth value here.</summary>
    public bool TryBool(out bool value)
    {
        value = Word('t', 4);
        return value || Word('f', 5);
    }

    /// <summary>The string here, if it is at most this many UTF-16 characters long.</summary>
    public bool TryString(int maxLength, out string value)
    {
        value = null;
        if (First() != '"' || !JsonText.TryRead(_bytes, _at, maxLength, out value))
            return false;
        Pass(JsonText.Behind(_bytes, _at));
        return true;
    }

    /// <summary>Whether the value here is a string equal to this one; nothing is allocated. Does not move.</summary>
    public bool StringIs(string expected)
    {
        return First() == '"' && JsonText.Is(_bytes, _at, expected);
    }

    /// <summary>Whether the value here is a string.</summary>
    public bool IsString
    {
        get { return First() == '"'; }
    }

    /// <summary>Where the name of the field here begins; <see cref="GoToField"/> comes back to it.</summary>
    internal int FieldPosition
    {
        get { return _nameAt; }
    }

    /// <summary>Where the reader stands between two items; <see cref="GoBetweenItems"/> comes back to it.</summary>
    internal int Position
    {
        get { return _at; }
    }

    /// <summary>Whether the field whose name begins here has this name.</summary>
    internal bool IsFieldAt(int position, string name)
    {
        return JsonText.Is(_bytes, position, name);
    }

    /// <summary>Goes to the value of the field whose name begins here.</summary>
    internal void GoToField(int position)
    {
        _at = position;
        EnterField();
    }

    /// <summary>Goes between the two items where it stood before.</summary>
    internal void GoBetweenItems(int position)
    {
        Pass(position);
    }

    /// <summary>The byte the value here begins with; 0 when the reader stands on none.</summary>
    private int First()
    {
        return _onValue ? Peek() : 0;
    }

    /// <summary>The byte here; 0 at the end.</summary>
    private int Peek()
    {
        return _at < _end ? _bytes[_at] : 0;
    }

    private bool Enter(int bracket)
    {
        if (First() != bracket)
            return false;
        Pass(_at + 1);
        return true;
    }

    /// <summary>Goes past what was not read and a comma; false, and behind the bracket, when the object or array ends.</summary>
    private bool NextIn(int closing)
    {
        if (_onValue)
            Pass(JsonSyntax.BehindValue(_bytes, _end, _at));
        _at = JsonSyntax.AfterBlanks(_bytes, _end, _at);
        if (Peek() == '}' || Peek() == ']')
        {
            if (Peek() == closing)
                _at++;
            return false;
        }
        if (Peek() == ',')
            _at = JsonSyntax.AfterBlanks(_bytes, _end, _at + 1);
        return true;
    }

    private void EnterField()
    {
        _nameAt = _at;
        int colon = JsonSyntax.AfterBlanks(_bytes, _end, JsonText.Behind(_bytes, _at));
        _at = JsonSyntax.AfterBlanks(_bytes, _end, colon + 1);
        _onValue = true;
    }

    /// <summary>Moves behind a value.</summary>
    private void Pass(int behind)
    {
        _at = behind;
        _onValue = false;
    }

    private bool Word(int letter, int length)
    {
        if (First() != letter)
            return false;
        Pass(_at + length);
        return true;
    }

    private static bool IsNumber(int c)
    {
        return c == '-' || (c >= '0' && c <= '9');
    }
}
