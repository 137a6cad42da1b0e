using System;
using System.Buffers.Binary;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// An image of the firmware as the interpreter reads it: assemblies one after another, each at a multiple of four bytes.
/// What the interpreter would refuse is found before any of it is sent. Whether its program is any good, only a trial tells.
/// <code>
///   0 "NFMRK1", two zeros            20 checksum of the native methods
///   8 checksum of the header,        28 version: four numbers of two bytes
///     taken with zeros here          38 version of the strings that every assembly has
///  12 checksum of what follows it    40 where the 15 tables begin; at 100 where the last ends: the length
///  16 flags                         104 patched methods; then the padding behind each table
///                                   124 the tables
/// </code>
/// </summary>
/// <remarks>
/// nanoframework/nf-interpreter of 1.x: CLR_RECORD_ASSEMBLY in nanoCLR_Types.h, GoodHeader, GoodAssembly and CreateInstance in
/// TypeSystem.cpp, Load in corlib_native_System_Reflection_Assembly.cpp, SUPPORT_ComputeCRC in nanoSupport_CRC32.c.
/// </remarks>
public static class DeviceImage
{
    private const int HeaderBytes = 124;
    private const int HeaderChecksumAt = 8;
    private const int ChecksumAt = 12;
    private const int FlagsAt = 16;
    private const int NativeAt = 20;
    private const int StringsAt = 38;
    private const int TablesAt = 40;
    private const int LengthAt = 100;
    private const int PatchedAt = 104;
    private const int StringsVersion = 1;
    private const int NeedsReboot = 1;
    private const int Alignment = 4;

    private static ReadOnlySpan<byte> Marker => "NFMRK1\0\0"u8;

    private static ReadOnlySpan<byte> NextMarker => "NFMRK2"u8;

    /// <summary>Why this is no image for the device, for a person; null when it is one.</summary>
    public static string? WrongIn(ReadOnlySpan<byte> image)
    {
        if (!image.StartsWith(Marker[..^3]))
            return "The image is no assembly for the device: give the .pe files of the firmware, one after another, not the .bin or a .dll.";
        for (var (at, number) = (0, 1); at < image.Length; number++)
        {
            if (WrongInFirst(image[at..], out var length) is { } wrong)
                return $"Assembly {number} of the image {wrong}.";
            var next = Math.Min(image.Length, (at + length + Alignment - 1) / Alignment * Alignment);
            if (image[(at + length)..next].ContainsAnyExcept((byte)0))
                return $"Assembly {number} of the image is followed by something that is none: give the .pe files alone.";
            at = next;
        }
        return null;
    }

    /// <summary>Looks at the assembly that begins here; its length is 0 when something is wrong.</summary>
    private static string? WrongInFirst(ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.StartsWith(NextMarker))
            return "is made for nanoFramework 2, and the firmware runs on 1: build it with the tools that firmware/Esp32/README.md names";
        if (!rest.StartsWith(Marker[..Math.Min(Marker.Length, rest.Length)]))
            return "begins with no mark of one: give the .pe files alone, each whole";
        if (rest.Length < HeaderBytes)
            return $"is cut off: {rest.Length} bytes are left of a header of {HeaderBytes}";
        var header = rest[..HeaderBytes];
        if (ChecksumOfHeader(header) != NumberAt(header, HeaderChecksumAt))
            return "is damaged: its header does not fit its checksum";
        if (!IsTaken(header))
            return "has a header that the interpreter does not take: build it again";
        var whole = NumberAt(header, LengthAt);
        if (whole > rest.Length)
            return $"is cut off: {rest.Length} bytes are left of its {whole}";
        length = (int)whole;
        if (Checksum(rest[HeaderBytes..length]) != NumberAt(header, ChecksumAt))
            return "is damaged: its tables do not fit their checksum";
        return Unloadable(header);
    }

    /// <summary>What the flash may hold, and storage not.</summary>
    private static string? Unloadable(ReadOnlySpan<byte> header)
    {
        if ((NumberAt(header, FlagsAt) & NeedsReboot) != 0)
            return "wants a restart to be loaded, which an image from storage cannot have: build it without that";
        return NumberAt(header, NativeAt) == 0 ? null : "needs native methods, which only the flashed image has: leave the libraries out";
    }

    private static bool IsTaken(ReadOnlySpan<byte> header)
    {
        if (header[StringsAt] != StringsVersion || header[StringsAt + 1] != 0 || NumberAt(header, PatchedAt) != 0)
            return false;
        long before = HeaderBytes;
        for (var at = TablesAt; at <= LengthAt; at += sizeof(uint))
        {
            if (NumberAt(header, at) < before || at == TablesAt && NumberAt(header, at) > before || NumberAt(header, at) > int.MaxValue)
                return false;
            before = NumberAt(header, at);
        }
        return true;
    }

    private static uint NumberAt(ReadOnlySpan<byte> header, int at) => BinaryPrimitives.ReadUInt32LittleEndian(header[at..]);

    private static uint ChecksumOfHeader(ReadOnlySpan<byte> header)
    {
        Span<byte> copy = stackalloc byte[HeaderBytes];
        header.CopyTo(copy);
        copy.Slice(HeaderChecksumAt, sizeof(uint)).Clear();
        return Checksum(copy);
    }

    /// <summary>The CRC-32 with the polynomial of IEEE 802.3, highest bit first, begun with 0.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (var one in bytes)
        {
            crc ^= (uint)one << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc << 1) ^ ((crc >> 31) * 0x04C1_1DB7);
        }
        return crc;
    }
}
