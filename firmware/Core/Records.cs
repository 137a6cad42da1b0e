namespace Fleet.Core;

/// <summary>The controller's storage, which remembers whether it works.</summary>
public sealed class Records
{
    private readonly IStore _store;

    /// <summary>Takes the host's storage.</summary>
    public Records(IStore store)
    {
        _store = store;
    }

    /// <summary>Whether the last write failed, or a record could not be read since it; see <see cref="Fleet.Wire.Fault.StorageFailed"/>.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Reads a record; false when there is none or it cannot be read.</summary>
    public bool TryRead(string name, byte[] buffer, out int length)
    {
        bool isRead = _store.TryRead(name, buffer, out length);
        HasFailed |= !isRead && length > 0;
        return isRead && length > 0;
    }

    /// <summary>Reads a record that is just as long as the buffer.</summary>
    public bool TryRead(string name, byte[] buffer)
    {
        return TryRead(name, buffer, out int length) && length == buffer.Length;
    }

    /// <summary>Writes a record; false when the storage failed.</summary>
    public bool TryWrite(string name, byte[] buffer, int length)
    {
        HasFailed = !_store.TryWrite(name, buffer, length);
        return !HasFailed;
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
