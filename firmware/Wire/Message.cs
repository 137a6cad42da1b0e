namespace Fleet.Wire;

/// <summary>
/// What every message has: it writes itself into a buffer and fills itself from a payload. A message names its fields
/// once, in <see cref="List"/>, with the bounds that hold in both directions; unknown fields are ignored, and a missing,
/// repeated or out-of-range one refuses the whole message. One instance may be written and read again and again, which
/// makes no garbage but the strings and arrays that changed.
/// </summary>
public abstract class Message
{
    private Codec _codec;

    /// <summary>What it is read and written with; its own unless it was given one to share.</summary>
    public Codec Codec
    {
        get { return _codec ??= new Codec(); }
        set { _codec = value; }
    }

    /// <summary>
    /// Writes the message from the buffer's first byte; its length, or 0 when it does not fit the buffer or
    /// <see cref="Bounds.PayloadBytes"/>, or a field is outside its bounds.
    /// </summary>
    public int Write(byte[] buffer)
    {
        return Write(buffer, out _);
    }

    /// <summary>As <see cref="Write(byte[])"/>; the reason says which field is wrong, and is null when none is.</summary>
    public int Write(byte[] buffer, out string reason)
    {
        FieldWriter writer = Codec.Writer;
        writer.Start(buffer);
        List(writer);
        int length = writer.End();
        reason = writer.Problem;
        return length;
    }

    /// <summary>
    /// Fills this instance from the payload's first bytes. False refuses the message: the reason names the field and what
    /// is wrong with it, such as <c>limitWatts: 99999999 is above 10000000</c>, and the instance must not be used.
    /// </summary>
    public bool TryRead(byte[] payload, int length, out string reason)
    {
        FieldReader reader = Codec.Reader;
        reader.Start(payload, length);
        List(reader);
        reason = reader.End();
        return reason == null;
    }

    /// <summary>Lists the fields in the order they are written.</summary>
    internal abstract void List(Fields fields);
}
