namespace Fleet.Wire;

/// <summary>Writes the fields of a message as a JSON object.</summary>
internal sealed class FieldWriter : Fields
{
    private readonly JsonWriter _json = new JsonWriter();
    private string _items;
    private int _item;

    /// <inheritdoc/>
    protected override string Place
    {
        get { return _items == null ? "" : _items + "[" + _item.ToString() + "]."; }
    }

    /// <summary>Begins a message at the buffer's first byte.</summary>
    public void Start(byte[] buffer)
    {
        Reset();
        _items = null;
        _json.Start(buffer);
        _json.BeginObject();
    }

    /// <summary>Ends the message; its length, or 0 when it did not fit or a field is outside its bounds.</summary>
    public int End()
    {
        _json.EndObject();
        if (Problem == null && (_json.Length == 0 || _json.Length > Bounds.PayloadBytes))
            Refuse("payload", "does not fit");
        return Problem == null ? _json.Length : 0;
    }

    /// <inheritdoc/>
    public override bool Has(string name, bool present)
    {
        return present;
    }

    /// <inheritdoc/>
    public override bool Bool(string name, bool value)
    {
        _json.Field(name, value);
        return value;
    }

    /// <inheritdoc/>
    public override long Long(string name, long value, long least, long most)
    {
        if (IsWithin(name, value, least, most))
            _json.Field(name, value);
        return value;
    }

    /// <inheritdoc/>
    public override string Text(string name, string value, int least, int most)
    {
        if (HasLength(name, value == null ? 0 : value.Length, least, most, " characters"))
            _json.Field(name, value);
        return value;
    }

    /// <inheritdoc/>
    public override string Line(string name, string value)
    {
        _json.Field(name, value, Bounds.ReasonLength);
        return value;
    }

    /// <inheritdoc/>
    public override int Ints(string name, int[] values, int count, int least, int most)
    {
        if (!HasLength(name, count, 0, values.Length, " entries"))
            return count;
        _json.BeginArray(name);
        for (int i = 0; i < count; i++)
        {
            if (IsWithin(name, values[i], least, most))
                _json.Item(values[i]);
        }
        _json.EndArray();
        return count;
    }

    /// <inheritdoc/>
    public override int[] Array(string name, int[] values, int leastCount, int mostCount, int least, int most)
    {
        if (HasLength(name, values.Length, leastCount, mostCount, " entries"))
            Ints(name, values, values.Length, least, most);
        return values;
    }

    /// <inheritdoc/>
    public override void Pairs(string name, ref string[] names, ref long[] values, int mostCount)
    {
        if (!HasLength(name, names.Length, 1, mostCount, " entries"))
            return;
        if (values.Length != names.Length)
        {
            Refuse(name, "there are not as many values as names");
            return;
        }
        _json.BeginObject(name);
        for (int i = 0; i < names.Length; i++)
        {
            if (HasLength(name, names[i].Length, 1, Bounds.NameLength, " characters in a name"))
                _json.Field(names[i], values[i]);
        }
        _json.EndObject();
    }

    /// <inheritdoc/>
    public override int BeginItems(string name, int count, int mostCount)
    {
        if (!HasLength(name, count, 0, mostCount, " entries"))
            return 0;
        _json.BeginArray(name);
        _items = name;
        _item = 0;
        return count;
    }

    /// <inheritdoc/>
    public override void BeginItem()
    {
        _json.BeginObject();
    }

    /// <inheritdoc/>
    public override void EndItem()
    {
        _item++;
        _json.EndObject();
    }

    /// <inheritdoc/>
    public override void EndItems()
    {
        _items = null;
        _json.EndArray();
    }
}
