namespace Fleet.Drivers;

/// <summary>
/// Picks named values out of a device's JSON while it streams by, keeping nothing else: an 8 kB reply costs the heap of
/// its few wanted values. It is no JSON parser: it looks for <c>"name":value</c> wherever it stands, and so takes the
/// broken JSON that miners are known to send (facts C.1): stray and leading commas, <c>}{</c>, <c>""name"</c>, lists in
/// braces, NULs, a cut tail. A value counts only once the byte behind it has been seen; of a cut one nothing is kept.
/// </summary>
public sealed class FieldScanner
{
    /// <summary>Longest value kept, in bytes: a double in full is 24 characters. Of a longer one the beginning is kept.</summary>
    public const int ValueBytes = 24;

    private enum Place
    {
        Between,
        Text,
        AfterText,
        BeforeValue,
        Word,
    }

    private const int NoField = -1;

    private readonly string[] _names;
    private readonly byte[] _values;
    private readonly int[] _lengths;
    private Place _place;
    private bool _isValue;
    private bool _escaped;
    private int _candidates;
    private int _length;
    private int _field;

    /// <summary>
    /// A scanner for these names, at most 30. A name that stands more than once counts where it first has a value;
    /// one that begins with <c>^</c> counts, without that mark, at its highest number.
    /// </summary>
    public FieldScanner(string[] names)
    {
        _names = names;
        _values = new byte[(names.Length + 1) * ValueBytes];
        _lengths = new int[names.Length];
        Reset();
    }

    /// <summary>Forgets all values, for a new reply.</summary>
    public void Reset()
    {
        _place = Place.Between;
        _isValue = false;
        _escaped = false;
        _field = NoField;
        for (int i = 0; i < _lengths.Length; i++)
            _lengths[i] = 0;
    }

    /// <summary>Whether the field has a value; an empty text and <c>null</c> are none.</summary>
    public bool Has(int field)
    {
        return _lengths[field] > 0 && !Is(field, "null");
    }

    /// <summary>Whether the field's value is exactly this word or text.</summary>
    public bool Is(int field, string expected)
    {
        if (_lengths[field] != expected.Length)
            return false;
        for (int i = 0; i < expected.Length; i++)
        {
            if (_values[field * ValueBytes + i] != expected[i])
                return false;
        }
        return true;
    }

    /// <summary>The field's number in thousandths; false when it has none that is finite and sound.</summary>
    public bool TryMilli(int field, out long milli)
    {
        return MilliNumber.TryParse(_values, field * ValueBytes, _lengths[field], out milli);
    }

    /// <summary>The field's number, rounded to a whole one from 0 to the highest.</summary>
    public bool TryWhole(int field, long highest, out long whole)
    {
        bool isSound = TryMilli(field, out long milli) && milli >= 0 && milli <= highest * 1000 + 499;
        whole = isSound ? (milli + 500) / 1000 : 0;
        return isSound;
    }

    /// <summary>The field's value as text.</summary>
    public string Text(int field)
    {
        char[] text = new char[_lengths[field]];
        for (int i = 0; i < text.Length; i++)
            text[i] = (char)_values[field * ValueBytes + i];
        return new string(text);
    }

    /// <summary>Takes the next bytes of the reply.</summary>
    public void Take(byte[] bytes, int offset, int count)
    {
        for (int i = offset; i < offset + count; i++)
            Take(bytes[i]);
    }

    /// <summary>Takes the next byte of the reply.</summary>
    public void Take(byte one)
    {
        switch (_place)
        {
            case Place.Text:
                TakeText(one);
                return;
            case Place.AfterText:
                TakeAfterText(one);
                return;
            case Place.Word:
                if (!IsDelimiter(one))
                {
                    Append(one);
                    return;
                }
                Keep();
                TakeBetween(one);
                return;
            default:
                TakeBetween(one);
                return;
        }
    }

    private void TakeBetween(byte one)
    {
        if (one == '"')
        {
            Begin(Place.Text);
            return;
        }
        if (IsBlank(one))
            return;
        if (_isValue && !IsDelimiter(one))
        {
            Begin(Place.Word);
            Append(one);
            return;
        }
        _place = Place.Between;
        _isValue = false;
    }

    private void TakeText(byte one)
    {
        if (_escaped)
        {
            _escaped = false;
            Append(one);
        }
        else if (one == '\\')
            _escaped = true;
        else if (one != '"')
            Append(one);
        else if (_isValue && _length > 0)
            Keep();
        else
            _place = Place.AfterText;
    }

    private void TakeAfterText(byte one)
    {
        if (IsBlank(one))
            return;
        if (_length == 0 && one != ':' && !IsDelimiter(one))
        {
            // The doubled quote of ""name": the text has only now begun.
            _place = Place.Text;
            _isValue = false;
            Append(one);
            return;
        }
        _isValue = one == ':';
        _field = _isValue ? FieldNamed() : NoField;
        _place = _isValue ? Place.BeforeValue : Place.Between;
    }

    private void Begin(Place place)
    {
        _place = place;
        _length = 0;
        _candidates = (1 << _names.Length) - 1;
        if (!_isValue)
            _field = NoField;
    }

    private void Append(byte one)
    {
        if (_isValue)
        {
            if (_length < ValueBytes)
                _values[_names.Length * ValueBytes + _length] = one;
        }
        else
        {
            for (int i = 0; i < _names.Length; i++)
            {
                int at = _length + (_names[i][0] == '^' ? 1 : 0);
                if (at >= _names[i].Length || _names[i][at] != one)
                    _candidates &= ~(1 << i);
            }
        }
        _length++;
    }

    private int FieldNamed()
    {
        for (int i = 0; i < _names.Length; i++)
        {
            if ((_candidates & (1 << i)) != 0 && _length == _names[i].Length - (_names[i][0] == '^' ? 1 : 0))
                return i;
        }
        return NoField;
    }

    /// <summary>Keeps the value just read, if it is wanted and counts.</summary>
    private void Keep()
    {
        int from = _names.Length * ValueBytes;
        int length = _length < ValueBytes ? _length : ValueBytes;
        if (_field != NoField && Counts(from, length))
        {
            for (int i = 0; i < length; i++)
                _values[_field * ValueBytes + i] = _values[from + i];
            _lengths[_field] = length;
        }
        _isValue = false;
        _field = NoField;
        _place = Place.Between;
    }

    private bool Counts(int from, int length)
    {
        if (_names[_field][0] != '^')
            return _lengths[_field] == 0;
        if (!MilliNumber.TryParse(_values, from, length, out long milli))
            return false;
        return !TryMilli(_field, out long highest) || milli > highest;
    }

    private static bool IsDelimiter(byte one)
    {
        return one == ',' || one == '}' || one == ']' || one == '{' || one == '[' || one == 0 || IsBlank(one);
    }

    private static bool IsBlank(byte one)
    {
        return one == ' ' || one == '\r' || one == '\n' || one == '\t';
    }
}
