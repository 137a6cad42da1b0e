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
    private const string Root = "I:\\firmware.";

    public string Refusal { get; set; }

    public int LengthOf(int slot)
    {
        try
        {
            if (!File.Exists(PathOf(slot)))
                return 0;
            FileStream stream = new FileStream(PathOf(slot), FileMode.Open, FileAccess.Read);
            long length = stream.Length;
            stream.Close();
            return (int)length;
        }
        catch (Exception failure)
        {
            Log.Failure("storage: image", failure);
            return 0;
        }
    }

    public bool TryRead(int slot, int offset, byte[] buffer, int count)
    {
        try
        {
            FileStream stream = new FileStream(PathOf(slot), FileMode.Open, FileAccess.Read);
            try
            {
                stream.Position = offset;
                int filled = 0;
                int read = 1;
                while (filled < count && read > 0)
                {
                    read = stream.Read(buffer, filled, count - filled);
                    filled += read;
                }
                return filled == count;
            }
            finally
            {
                stream.Close();
            }
        }
        catch (Exception failure)
        {
            Log.Failure("storage: image", failure);
            return false;
        }
    }

    public bool TryWrite(int slot, int offset, byte[] bytes, int count)
    {
        try
        {
            FileStream stream = new FileStream(PathOf(slot), offset == 0 ? FileMode.Create : FileMode.Open, FileAccess.Write);
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
        catch (Exception failure)
        {
            Log.Failure("storage: image", failure);
            return false;
        }
    }

    private static string PathOf(int slot)
    {
        return Root + slot.ToString();
    }
}
