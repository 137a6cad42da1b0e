using System;
using System.IO;
using Fleet.Core;

namespace Fleet.Esp32;

/// <summary>
/// Images of the firmware in the board's flash, a file for each slot. A cut in the middle of a write leaves the file as it was
/// (littlefs), or with a torn end, which the image's hash finds.
/// </summary>
internal sealed class FlashImages : IImageSlots
{
    private readonly FlashFiles _files = new FlashFiles();

    public string Refusal { get; set; }

    public int LengthOf(int slot)
    {
        try
        {
            return _files.LengthOf(NameOf(slot));
        }
        catch (Exception)
        {
            return 0;
        }
    }

    public bool TryRead(int slot, int offset, byte[] buffer, int count)
    {
        try
        {
            return _files.TryRead(NameOf(slot), offset, buffer, count);
        }
        catch (Exception)
        {
            return false;
        }
    }

    public bool TryWrite(int slot, int offset, byte[] bytes, int count)
    {
        try
        {
            FileStream stream = _files.Open(NameOf(slot), offset == 0 ? FileMode.Create : FileMode.Open, FileAccess.Write);
            try
            {
                stream.Position = offset;
                stream.Write(bytes, 0, count);
                stream.Flush();
            }
            finally
            {
                stream.Close();
            }
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private static string NameOf(int slot)
    {
        return "firmware." + slot.ToString();
    }
}
