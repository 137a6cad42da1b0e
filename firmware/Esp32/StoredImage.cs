using System;
using System.Reflection;
using Fleet.Core;

namespace Fleet.Esp32;

/// <summary>
/// Runs an image from storage in place of the flashed one, which has loaded the libraries and stays beneath it. The image is
/// what the build gives: the program's <c>.pe</c>, or several one after another, those that are needed first.
/// </summary>
/// <remarks>
/// The interpreter (nf-interpreter, corlib_native_System_Reflection_Assembly.cpp and TypeSystem.cpp) runs an assembly where
/// it lies in the heap: the array stays for good and takes its whole length, is checked by its own checksum, and may be moved
/// by a compaction. It is linked beside the flashed one of the same name; its references are resolved by name and by the first
/// two numbers of the version, so a library of another version than the flashed one throws here and changes nothing, and an
/// image must differ from the flashed one in them, or its program would run with the flashed one's core.
/// </remarks>
internal static class StoredImage
{
    private const int HeaderBytes = 104;

    /// <summary>Where an assembly's header has its version: four numbers of two bytes.</summary>
    private const int VersionAt = 28;

    /// <summary>Where an assembly's header has its length: the end of its last table.</summary>
    private const int LengthAt = 100;

    private const int LengthBytes = 4;

    /// <summary>Runs the image of a slot, and returns only when that fails.</summary>
    public static void Run(IImageSlots slots, int slot, int imageBytes, object[] arguments)
    {
        try
        {
            Log.Line("starting the image of slot " + slot.ToString());
            Type program = Load(slots, slot, imageBytes);
            if (program == null)
                Log.Line("the image cannot be read, begins with the flashed version, or has no program");
            else
                program.GetMethod("Start").Invoke(null, arguments);
        }
        catch (Exception failure)
        {
            Log.Failure("image of slot " + slot.ToString(), failure);
        }
    }

    /// <summary>Loads every assembly; answers the program's type, of the last that has one, or null.</summary>
    private static Type Load(IImageSlots slots, int slot, int imageBytes)
    {
        Type program = null;
        byte[] header = new byte[HeaderBytes];
        int at = 0;
        while (at < imageBytes)
        {
            if (!slots.TryRead(slot, at, header, HeaderBytes))
                return null;
            if (Records.ReadLong(header, VersionAt, LengthBytes) == (int)Controller.FirmwareNumber)
                return null;
            long length = Records.ReadLong(header, LengthAt, LengthBytes);
            if (length < HeaderBytes || length > imageBytes - at)
                return null;
            byte[] bytes = new byte[(int)length];
            if (!slots.TryRead(slot, at, bytes, bytes.Length))
                return null;
            program = Assembly.Load(bytes).GetType("Fleet.Esp32.Program") ?? program;
            // Each begins at a multiple of four, as in what is flashed.
            at += (bytes.Length + 3) & ~3;
        }
        return program;
    }
}
