namespace Fleet.Core;

/// <summary>
/// The energy register over a restart: two records written in turn, each with a sequence and a checksum, so that a power
/// cut in the middle of a write costs that write and not the register. It is written once an interval, which is what
/// bounds the wear of the flash and, at worst, the energy a power cut forgets.
/// </summary>
public sealed class EnergyRegister
{
    private const int SequenceBytes = 8;
    private const int ValueBytes = 8;
    private const int CarryBytes = 4;
    private const int RecordBytes = SequenceBytes + ValueBytes + CarryBytes;

    private static readonly string[] RecordNames = { "register-0", "register-1" };

    private readonly Records _records;
    private readonly byte[] _buffer = new byte[RecordBytes + 4];
    private long _sequence;

    /// <summary>Takes the newer of the two records that is whole; without one the register begins at 0.</summary>
    public EnergyRegister(Records records)
    {
        _records = records;
        for (int i = 0; i < RecordNames.Length; i++)
        {
            if (!records.TryReadChecked(RecordNames[i], _buffer, RecordBytes))
                continue;
            long sequence = Records.ReadLong(_buffer, 0, SequenceBytes);
            if (sequence <= _sequence)
                continue;
            _sequence = sequence;
            MilliwattHours = Records.ReadLong(_buffer, SequenceBytes, ValueBytes);
            Carry = (int)Records.ReadLong(_buffer, SequenceBytes + ValueBytes, CarryBytes);
        }
    }

    /// <summary>Whole milliwatt-hours taken since the controller was commissioned; never goes back.</summary>
    public long MilliwattHours { get; private set; }

    /// <summary>What is left below a milliwatt-hour, in half milliwatt-seconds: 0 to <see cref="Metering.HalfUnits"/> − 1.</summary>
    public int Carry { get; private set; }

    /// <summary>Adds energy taken, in half milliwatt-seconds; energy given back is not taken and changes nothing.</summary>
    public void Add(long halfUnits)
    {
        if (halfUnits <= 0)
            return;
        long sum = Carry + halfUnits;
        MilliwattHours += sum / Metering.HalfUnits;
        Carry = (int)(sum % Metering.HalfUnits);
    }

    /// <summary>Writes the register over the older record.</summary>
    public void Keep()
    {
        _sequence++;
        Records.WriteLong(_buffer, 0, SequenceBytes, _sequence);
        Records.WriteLong(_buffer, SequenceBytes, ValueBytes, MilliwattHours);
        Records.WriteLong(_buffer, SequenceBytes + ValueBytes, CarryBytes, Carry);
        _records.TryWriteChecked(RecordNames[(int)(_sequence % 2)], _buffer, RecordBytes);
    }
}
