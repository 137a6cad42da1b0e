namespace Fleet.Drivers;

/// <summary>
/// The loan of a scanner for one step of a driver. Drivers of one kind share theirs, since each needs it only while it is in
/// an exchange: one for each load would cost a kilobyte.
/// <code>
/// driver A ──► scanner ──► scanner ──┐       a ring, of as many as were ever in use at once:
/// driver B ──►    ▲                  │       one for each thread of the host
///                 └──────────────────┘
/// </code>
/// </summary>
public sealed partial class FieldScanner
{
    /// <summary>Bytes of <see cref="Piece"/>: most requests whole.</summary>
    internal const int PieceBytes = 256;

    /// <summary>What an exchange sends and receives through, piece by piece.</summary>
    internal readonly byte[] Piece = new byte[PieceBytes];

    private FieldScanner _next;
    private bool _isLent;

    private FieldScanner(FieldScanner other)
    {
        _names = other._names;
        _valueBytes = other._valueBytes;
        _starts = other._starts;
        _firstHighest = other._firstHighest;
        _path = other._path == null ? null : new FieldPath();
        _values = new byte[other._values.Length];
        _lengths = new byte[other._lengths.Length];
        _next = other;
    }

    /// <summary>This scanner, or another for the same names while a driver on another thread has it.</summary>
    public FieldScanner Lend()
    {
        lock (_starts)
        {
            FieldScanner one = this;
            while (one._isLent && one._next != null && one._next != this)
                one = one._next;
            if (one._isLent)
                one = one._next = new FieldScanner(this);
            one._isLent = true;
            one.MostMilli = MilliNumber.Highest;
            return one;
        }
    }

    /// <summary>The step is over.</summary>
    public void TakeBack()
    {
        lock (_starts)
            _isLent = false;
    }
}
