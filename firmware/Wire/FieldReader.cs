namespace Fleet.Wire;

/// <summary>
/// Reads the fields of a message from a JSON object, in whatever order they come. Fields that are not asked for are
/// ignored; one that is asked for must be there once.
/// </summary>
internal sealed class FieldReader : Fields
{
    private readonly JsonReader _json = new JsonReader();

    // Where the names of the open objects' fields begin: those of the message first, then those of the open item.
    // A payload is shorter than 64 kB.
    private readonly ushort[] _positions = new ushort[2 * Bounds.Fields];
    private int _first;
    private int _count;

    private string _items;
    private int _item;
    private int _betweenItems;
    private int _messageCount;

    /// <inheritdoc/>
    protected override string Place
    {
        get { return _items == null ? "" : _items + "[" + _item.ToString() + "]."; }
    }

    /// <summary>Begins a message; a payload that is no JSON object is the first problem.</summary>
    public void Start(byte[] payload, int length)
    {
        Reset();
        _items = null;
        _first = 0;
        _count = 0;
        if (length > Bounds.PayloadBytes)
            Refuse("payload", length.ToString() + " bytes, more than " + Bounds.PayloadBytes.ToString());
        else if (!_json.TryStart(payload, length, out string reason))
            Refuse("payload", reason);
        else
            Index();
    }

    /// <summary>Ends the message and lets go of its payload, which may be the largest thing on the heap; the first problem, null when there was none.</summary>
    public string End()
    {
        _json.TryStart(null, 0, out _);
        return Problem;
    }

    /// <inheritdoc/>
    public override bool Has(string name, bool present)
    {
        return Go(name);
    }

    /// <inheritdoc/>
    public override bool Bool(string name, bool value)
    {
        if (!Require(name))
            return value;
        if (!_json.TryBool(out bool read))
            Refuse(name, "is neither true nor false");
        return read;
    }

    /// <inheritdoc/>
    public override long Long(string name, long value, long least, long most)
    {
        return Require(name) && TryWhole(name, least, most, out long read) ? read : value;
    }

    /// <inheritdoc/>
    public override string Text(string name, string value, int least, int most)
    {
        if (!Require(name))
            return value;
        // What is held is kept when it is the same, so that reading again makes no garbage.
        if (value != null && value.Length >= least && value.Length <= most && _json.StringIs(value))
            return value;
        if (!_json.IsString)
            Refuse(name, "is not a string");
        else if (!_json.TryString(most, out string read))
            Refuse(name, "is longer than " + most.ToString() + " characters");
        else if (HasLength(name, read.Length, least, most, " characters"))
            return read;
        return value;
    }

    /// <inheritdoc/>
    public override string Line(string name, string value)
    {
        return Text(name, value, 0, Bounds.ReasonLength);
    }

    /// <inheritdoc/>
    public override int Ints(string name, int[] values, int count, int least, int most)
    {
        int found = CountItems(name, 0, values.Length);
        if (found == 0 || !Go(name) || !_json.EnterArray())
            return 0;
        for (int i = 0; i < found && _json.NextItem(); i++)
        {
            if (!TryWhole(name, least, most, out long read))
                return 0;
            values[i] = (int)read;
        }
        return found;
    }

    /// <inheritdoc/>
    public override int[] Array(string name, int[] values, int leastCount, int mostCount, int least, int most)
    {
        int found = CountItems(name, leastCount, mostCount);
        if (values == null || values.Length != found)
            values = new int[found];
        Ints(name, values, found, least, most);
        return values;
    }

    /// <inheritdoc/>
    public override void Pairs(string name, ref string[] names, ref long[] values, int mostCount)
    {
        if (!Require(name))
            return;
        int found = 0;
        if (!_json.EnterObject())
            Refuse(name, "is not an object");
        else
        {
            while (_json.NextField())
                found++;
        }
        if (!HasLength(name, found, 1, mostCount, " entries") || !Go(name) || !_json.EnterObject())
            return;
        names = new string[found];
        values = new long[found];
        for (int i = 0; i < found && _json.NextField(); i++)
        {
            if (!_json.TryName(Bounds.NameLength, out names[i]) || names[i].Length == 0)
                Refuse(name, "a name is not 1 to " + Bounds.NameLength.ToString() + " characters long");
            else if (IndexOf(names, i) >= 0)
                Refuse(name, names[i] + " is there twice");
            else
                TryWhole(names[i], -Bounds.Counter, Bounds.Counter, out values[i]);
        }
    }

    /// <inheritdoc/>
    public override int BeginItems(string name, int count, int mostCount)
    {
        int found = CountItems(name, 0, mostCount);
        _messageCount = _count;
        if (found == 0 || !Go(name) || !_json.EnterArray())
            return 0;
        _items = name;
        _item = 0;
        _betweenItems = _json.Position;
        return found;
    }

    /// <inheritdoc/>
    public override void BeginItem()
    {
        if (Problem != null)
            return;
        _json.GoBetweenItems(_betweenItems);
        _json.NextItem();
        _first = _messageCount;
        Index();
        _betweenItems = _json.Position;
    }

    /// <inheritdoc/>
    public override void EndItem()
    {
        _item++;
    }

    /// <inheritdoc/>
    public override void EndItems()
    {
        _items = null;
        _first = 0;
        _count = _messageCount;
    }

    /// <summary>Notes where the fields of the object here begin, and stands behind it.</summary>
    private void Index()
    {
        string name = _items == null ? "payload" : "item";
        _count = _first;
        if (!_json.EnterObject())
            Refuse(name, "is not an object");
        while (Problem == null && _json.NextField())
        {
            if (_count == _first + Bounds.Fields)
                Refuse(name, "has more than " + Bounds.Fields.ToString() + " fields");
            else
                _positions[_count++] = (ushort)_json.FieldPosition;
        }
    }

    /// <summary>Goes to the value of this field of the open object, if it is there and all is well so far.</summary>
    private bool Go(string name)
    {
        int found = -1;
        for (int i = _first; i < _count && Problem == null; i++)
        {
            if (!_json.IsFieldAt(_positions[i], name))
                continue;
            if (found >= 0)
                Refuse(name, "is there twice");
            found = i;
        }
        if (found < 0 || Problem != null)
            return false;
        _json.GoToField(_positions[found]);
        return true;
    }

    private bool Require(string name)
    {
        if (Go(name))
            return true;
        Refuse(name, "is missing");
        return false;
    }

    private bool TryWhole(string name, long least, long most, out long value)
    {
        if (!_json.TryLong(long.MinValue, long.MaxValue, out value))
            Refuse(name, "is not a whole number of 64 bits");
        return Problem == null && IsWithin(name, value, least, most);
    }

    private int CountItems(string name, int leastCount, int mostCount)
    {
        if (!Require(name))
            return 0;
        int found = 0;
        if (!_json.EnterArray())
            Refuse(name, "is not an array");
        else
        {
            while (_json.NextItem())
                found++;
        }
        return Problem == null && HasLength(name, found, leastCount, mostCount, " entries") ? found : 0;
    }

    private static int IndexOf(string[] names, int last)
    {
        for (int i = 0; i < last; i++)
        {
            if (names[i] == names[last])
                return i;
        }
        return -1;
    }
}
