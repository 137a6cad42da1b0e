namespace Fleet.Core;

/// <summary>The controller's storage, which remembers whether it works and guards small records with a checksum.</summary>
public sealed class Records
{
    private const int CrcBytes = 4;

    private readonly IStore _store;

    /// <summary>Takes the host's storage.</summary>
    public Records(IStore store)
    {
        _store = store;
    }

    /// <summary>Whether the last write failed or the last record read was damaged; see <see cref="Fleet.Wire.Fault.StorageFailed"/>.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Reads a record as it is; false when there is none.</summary>
    public bool TryRead(string name, byte[] buffer, out int length)
    {
        return _store.TryRead(name, buffer, out length) && length > 0 && length <= buffer.Length;
    }

    /// <summary>Writes a record as it is; false when the storage failed.</summary>
    public bool TryWrite(string name, byte[] buffer, int length)
    {
        HasFailed = !_store.TryWrite(name, buffer, length);
        return !HasFailed;
    }

    /// <summary>Reads a record of just this length that was written with <see cref="TryWriteChecked"/>; false when there is none or it is damaged.</summary>
    public bool TryReadChecked(string name, byte[] buffer, int length)
    {
        if (!TryRead(name, buffer, out int read))
            return false;
        HasFailed = read != length + CrcBytes || ReadLong(buffer, length, CrcBytes) != Crc32.Of(buffer, 0, length);
        return !HasFailed;
    }

    /// <summary>Writes the buffer's first bytes and behind them their checksum, for which there must be room.</summary>
    public bool TryWriteChecked(string name, byte[] buffer, int length)
    {
        WriteLong(buffer, length, CrcBytes, Crc32.Of(buffer, 0, length));
        return TryWrite(name, buffer, length + CrcBytes);
    }

    /// <summary>A whole number of so many bytes, lowest first.</summary>
    public static long ReadLong(byte[] buffer, int offset, int bytes)
    {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--)
            value = (value << 8) | buffer[offset + i];
        return value;
    }

    /// <summary>As <see cref="ReadLong"/>.</summary>
    public static void WriteLong(byte[] buffer, int offset, int bytes, long value)
    {
        for (int i = 0; i < bytes; i++)
            buffer[offset + i] = (byte)(value >> (8 * i));
    }
}
