using System;
using System.Buffers.Binary;
using System.Linq;

namespace Fleet.Tests.Harness;

/// <summary>
/// An assembly for the device, made by the layout that nanoframework/nf-interpreter publishes (CLR_RECORD_ASSEMBLY in
/// nanoCLR_Types.h, SUPPORT_ComputeCRC in nanoSupport_CRC32.c): a header of 124 bytes and one table.
/// </summary>
public static class DeviceAssembly
{
    public const int HeaderBytes = 124;

    /// <summary>A program that does nothing, as the metadata processor of nanoFramework 1 writes it.</summary>
    public static byte[] Compiled { get; } = Convert.FromBase64String(
        """
        TkZNUksxAAAIadFVir+srwAAAAAAAAAA/////wAAAAAAAAAAAQABAHwAAACIAAAAmAAAAJgAAACoAAAA2AAAANgAAAAIAQAAGAEAABgBAAAYAQAA
        GAEAAFABAABYAQAAZAEAAGQBAAAAAAAAAAAAAAAAAAAAAAABAgEAANL8AAABABEACwAAANf/QP4AAAAAsf5A/gAAAAD+/wAAAAAAAP7/AQAAAAAA
        BwABAAGA/////wAAAAEBEQAAAAAAAAEQJQAOAACA/////wIAAAEAEQAAAAAAAICQ/v8AAIYUAAAAAQAB//8AAAkABQCWAAAIAAAAAP//AwD+/wYA
        hhQAAAABAAH//wAABAABAAIAAQAEAAIAAgABAABIZWxsbwBQAE1haW4ATWljcm9zb2Z0LkNvZGVBbmFseXNpcwBFbWJlZGRlZEF0dHJpYnV0ZQAA
        IAAAAAAAAAACKAGAKioCKACAKgA=
        """);

    /// <summary>One of this length, filled with zeros.</summary>
    public static byte[] Of(int length) => Of(length, _ => { });

    /// <summary>One of this length, changed in some way before its checksums are taken.</summary>
    public static byte[] Of(int length, Action<byte[]> change)
    {
        var bytes = new byte[length];
        "NFMRK1"u8.CopyTo(bytes);
        bytes[38] = 1;
        foreach (var table in Enumerable.Range(0, 16))
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40 + 4 * table), table == 15 ? length : HeaderBytes);
        change(bytes);
        return Sealed(bytes);
    }

    /// <summary>The same with checksums that fit.</summary>
    public static byte[] Sealed(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), Checksum(bytes.AsSpan(HeaderBytes)));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Checksum(bytes.AsSpan(0, HeaderBytes)));
        return bytes;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0;
        foreach (var one in bytes)
        {
            crc ^= (uint)one << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000_0000) != 0 ? (crc << 1) ^ 0x04C1_1DB7 : crc << 1;
        }
        return crc;
    }
}
