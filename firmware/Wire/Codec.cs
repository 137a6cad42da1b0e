namespace Fleet.Wire;

/// <summary>
/// What messages are read and written with. Messages of one thread may share one, because each is used from one call to
/// its end; a message that is given none makes its own.
/// </summary>
public sealed class Codec
{
    private FieldReader _reader;
    private FieldWriter _writer;

    internal FieldReader Reader
    {
        get { return _reader ??= new FieldReader(); }
    }

    internal FieldWriter Writer
    {
        get { return _writer ??= new FieldWriter(); }
    }
}
