namespace Fleet.Core;

/// <summary>Small named records that survive a power cut. The host makes each write whole or not at all.</summary>
public interface IStore
{
    /// <summary>Reads a record into the buffer; false when it is absent, unreadable or longer than the buffer.</summary>
    bool TryRead(string name, byte[] buffer, out int length);

    /// <summary>Replaces a record; false when the storage failed.</summary>
    bool TryWrite(string name, byte[] buffer, int length);
}
