namespace Fleet.Core;

/// <summary>
/// Files in flash, as little as every file system there has: none can be replaced at one stroke, and a cut of the power in
/// the middle of a write leaves the old file, an empty one, or any part of the new. The host implements it; it may throw.
/// </summary>
public interface IFlashFiles
{
    /// <summary>Bytes in a file; 0 when there is none.</summary>
    int LengthOf(string name);

    /// <summary>Reads so many bytes from a place in a file; false when they are not all there.</summary>
    bool TryRead(string name, int offset, byte[] into, int count);

    /// <summary>Writes a file anew: the head and, behind it, so many bytes. When it returns, they outlast a cut of the power.</summary>
    void Write(string name, byte[] head, byte[] bytes, int count);
}
