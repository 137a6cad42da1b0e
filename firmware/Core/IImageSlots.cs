namespace Fleet.Core;

/// <summary>
/// Room in storage for images of the firmware, one in each slot: 1 and 2. Slot 0 is the image the board was flashed with; it
/// is not written here.
/// </summary>
public interface IImageSlots
{
    /// <summary>Why no image can be run from storage here, for a person; null when one can.</summary>
    string Refusal { get; }

    /// <summary>Bytes in a slot; 0 when it is empty or cannot be read.</summary>
    int LengthOf(int slot);

    /// <summary>Reads so many bytes from a place in a slot; false when they are not all there.</summary>
    bool TryRead(int slot, int offset, byte[] buffer, int count);

    /// <summary>Writes bytes at a place in a slot, where it ends or before; at 0 the slot is emptied first. False when the storage failed or is full.</summary>
    bool TryWrite(int slot, int offset, byte[] bytes, int count);
}
