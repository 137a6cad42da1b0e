namespace Fleet.Drivers;

/// <summary>
/// Picks named values out of a device's JSON while it streams by, keeping nothing else: an 8 kB reply costs the heap of
/// its few wanted values. It is no JSON parser: it looks for <c>"name":value</c> wherever it stands, and so takes the
/// broken JSON that miners are known to send (UpstreamData/pyasic, pyasic/rpc/base.py): stray and leading commas, <c>}{</c>,
/// <c>""name"</c>, lists in braces, NULs, a cut tail. A value counts only once the byte behind it has been seen.
/// </summary>
public sealed partial class FieldScanner
{
    /// <summary>Longest name, and longest value usually kept, in bytes: a double in full is 24 characters.</summary>
    public const int ValueBytes = 24;

    private enum Place
    {
        Between,
        Text,
        AfterText,
        Word,
    }

    private const int NoField = -1;

    /// <summary>The number, in thousandths, above which none behind the semicolon counts.</summary>
    internal long MostMilli = MilliNumber.Highest;

    private readonly int _valueBytes;
    private readonly FieldPath _path;
    private readonly string _names;
    private readonly byte[] _starts;
    private readonly int _firstHighest;
    private readonly byte[] _values;
    private readonly byte[] _lengths;
    private Place _place;
    private bool _isValue;
    private bool _isList;
    private bool _escaped;
    private int _length;
    private int _field;

    /// <summary>
    /// A scanner for these names, with commas between them; 255 characters together. A name that stands more than once counts
    /// where it first has a value; those behind a semicolon count at their highest number, also within a list. <c>a/b</c>,
    /// before a plain <c>b</c>, is one of an object <c>a</c>. One string: as many would cost a kilobyte. A longer value is no number.
    /// </summary>
    public FieldScanner(string names, int valueBytes = ValueBytes)
    {
        _names = names;
        _valueBytes = valueBytes;
        _path = names.IndexOf('/') < 0 ? null : new FieldPath();
        int count = 1;
        for (int i = 0; i < names.Length; i++)
            count += names[i] == ',' || names[i] == ';' ? 1 : 0;
        _starts = new byte[count + 1];
        _starts[count] = (byte)(names.Length + 1);
        _firstHighest = count;
        int field = 0;
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] == ',' || names[i] == ';')
                _starts[++field] = (byte)(i + 1);
            if (names[i] == ';')
                _firstHighest = field;
        }
        _values = new byte[(count + 1) * _valueBytes];
        _lengths = new byte[count];
        Reset();
    }

    /// <summary>Forgets all values, for a new reply.</summary>
    public void Reset()
    {
        _place = Place.Between;
        _isValue = false;
        _isList = false;
        _escaped = false;
        _field = NoField;
        if (_path != null)
            _path.Reset();
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
        if (_lengths[field] != expected.Length || expected.Length > _valueBytes)
            return false;
        for (int i = 0; i < expected.Length; i++)
        {
            if (_values[field * _valueBytes + i] != expected[i])
                return false;
        }
        return true;
    }

    /// <summary>The field's number in thousandths; false when it has none that is finite and sound.</summary>
    public bool TryMilli(int field, out long milli)
    {
        milli = 0;
        return _lengths[field] <= _valueBytes && MilliNumber.TryParse(_values, field * _valueBytes, _lengths[field], out milli);
    }

    /// <summary>The field's number, rounded to a whole one from 0 to the highest.</summary>
    public bool TryWhole(int field, long highest, out long whole)
    {
        bool isSound = TryMilli(field, out long milli) && milli >= 0 && milli <= highest * 1000 + 499;
        whole = isSound ? (milli + 500) / 1000 : 0;
        return isSound;
    }

    /// <summary>The field's value as text, of a long one the beginning.</summary>
    public string Text(int field)
    {
        char[] text = new char[_lengths[field] < _valueBytes ? _lengths[field] : _valueBytes];
        for (int i = 0; i < text.Length; i++)
            text[i] = (char)_values[field * _valueBytes + i];
        return new string(text);
    }

    /// <summary>Takes the next bytes of the reply. Its inner loops are tight, because the device interprets them.</summary>
    public void Take(byte[] bytes, int offset, int count)
    {
        int end = offset + count;
        for (int at = offset; at < end;)
        {
            switch (_place)
            {
                case Place.Text:
                    at = TakeText(bytes, at, end);
                    break;
                case Place.AfterText:
                    at = TakeAfterText(bytes[at], at);
                    break;
                case Place.Word:
                    at = TakeWord(bytes, at, end);
                    break;
                default:
                    at = TakeBetween(bytes, at, end);
                    break;
            }
        }
    }

    private int TakeBetween(byte[] bytes, int at, int end)
    {
        for (; at < end; at++)
        {
            byte one = bytes[at];
            if (_path != null && (one == '{' || one == '}'))
                _path.Nest(one == '{');
            if (one == '"')
            {
                Begin(Place.Text);
                return at + 1;
            }
            if (!_isValue || IsBlank(one))
                continue;
            if (!IsDelimiter(one))
            {
                Begin(Place.Word);
                return at;
            }
            _isValue = _isList = _field >= _firstHighest && (one == '[' || (one == ',' && _isList));
        }
        return at;
    }

    private int TakeText(byte[] bytes, int at, int end)
    {
        bool isWanted = !_isValue || _field != NoField;
        for (; at < end; at++)
        {
            byte one = bytes[at];
            if (one == '"' && !_escaped)
            {
                if (_isValue && _length > 0)
                    Keep();
                else
                    _place = Place.AfterText;
                return at + 1;
            }
            _escaped = one == '\\' && !_escaped;
            if (_escaped)
                continue;
            if (isWanted && _length < _valueBytes)
                _values[_lengths.Length * _valueBytes + _length] = one;
            _length++;
        }
        return at;
    }

    private int TakeWord(byte[] bytes, int at, int end)
    {
        for (; at < end; at++)
        {
            byte one = bytes[at];
            if (IsDelimiter(one))
            {
                Keep();
                return at;
            }
            if (_length < _valueBytes)
                _values[_lengths.Length * _valueBytes + _length] = one;
            _length++;
        }
        return at;
    }

    private int TakeAfterText(byte one, int at)
    {
        if (IsBlank(one))
            return at + 1;
        if (_length == 0 && one != ':' && !IsDelimiter(one))
        {
            // The doubled quote of ""name": the text begins only here.
            _isValue = false;
            _place = Place.Text;
            return at;
        }
        _isValue = one == ':';
        _field = _isValue ? FieldNamed() : NoField;
        _place = Place.Between;
        return one == '{' || one == '}' ? at : at + 1;
    }

    private void Begin(Place place)
    {
        _place = place;
        _length = 0;
        if (!_isValue)
            _field = NoField;
    }

    private int FieldNamed()
    {
        if (_path != null)
            _path.Name(_values, _lengths.Length * _valueBytes, _length < _valueBytes ? _length : _valueBytes);
        for (int i = 0; i < _lengths.Length; i++)
        {
            if (IsNamed(_starts[i], _starts[i + 1] - 1))
                return i;
        }
        return NoField;
    }

    private bool IsNamed(int start, int end)
    {
        int own = end - _length;
        if (own < start || _length > _valueBytes || (own > start && _names[own - 1] != '/'))
            return false;
        for (int i = 0; i < _length; i++)
        {
            if (_values[_lengths.Length * _valueBytes + i] != _names[own + i])
                return false;
        }
        return own == start || _path.EndsWith(_names, start, own - 1);
    }

    /// <summary>Keeps the value just read, if it is wanted and counts.</summary>
    private void Keep()
    {
        int from = _lengths.Length * _valueBytes;
        if (_field != NoField && Counts(from))
        {
            for (int i = 0; i < _length && i < _valueBytes; i++)
                _values[_field * _valueBytes + i] = _values[from + i];
            _lengths[_field] = (byte)(_length > _valueBytes ? _valueBytes + 1 : _length);
        }
        _isValue = _isList;
        if (!_isList)
            _field = NoField;
        _place = Place.Between;
    }

    private bool Counts(int from)
    {
        if (_field < _firstHighest)
            return _lengths[_field] == 0;
        if (_length > _valueBytes || !MilliNumber.TryParse(_values, from, _length, out long milli) || milli > MostMilli)
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
