namespace Fleet.Core;

/// <summary>Small named records that survive a power cut: a write is there whole or not at all.</summary>
public interface IStore
{
    /// <summary>Reads a record into the buffer. False, and a length of 0, when there is none; false, and one above the buffer's, when it cannot be read.</summary>
    bool TryRead(string name, byte[] buffer, out int length);

    /// <summary>Replaces a record; false when the storage failed.</summary>
    bool TryWrite(string name, byte[] buffer, int length);
}
