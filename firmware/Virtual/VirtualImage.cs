using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Fleet.Core;

namespace Fleet.Virtual;

/// <summary>
/// Firmware for a virtual controller, which has no interpreter: it tells its version and what is wrong with it, and a
/// controller behaves so. As long as its author likes, like a real one, and an assembly to whoever looks only at its form.
/// <code>header of an assembly | virtual|version|minutes to a crash, or 0|hears: 1 or 0|filling …</code>
/// </summary>
/// <param name="Version">What it calls itself.</param>
/// <param name="CrashAfterMinutes">How long it runs until it crashes; 0 is for good.</param>
/// <param name="Connects">Whether it finds its gateway.</param>
public sealed record VirtualImage(string Version, int CrashAfterMinutes = 0, bool Connects = true)
{
    private const string Opening = "virtual";
    private const int HeaderBytes = 124;
    private const int LongestText = 256;

    /// <summary>The image as bytes, filled to this length.</summary>
    public byte[] ToBytes(int length)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Opening}|{Version}|{CrashAfterMinutes}|{(Connects ? 1 : 0)}|");
        var bytes = new byte[length];
        for (var i = HeaderBytes; i < length; i++)
            bytes[i] = i - HeaderBytes < text.Length ? (byte)text[i - HeaderBytes] : (byte)(i * 31 / 7);
        WriteHeader(bytes);
        return bytes;
    }

    /// <summary>The image in a slot; null when there is none that runs.</summary>
    internal static VirtualImage? Load(IImageSlots slots, int slot, int length)
    {
        var text = new byte[Math.Clamp(length - HeaderBytes, 0, LongestText)];
        if (!slots.TryRead(slot, HeaderBytes, text, text.Length))
            return null;
        return Encoding.Latin1.GetString(text).Split('|') is [Opening, { Length: > 0 } version, var crash, var connects, ..] && int.TryParse(crash, out var minutes)
            ? new VirtualImage(version, minutes, connects == "1")
            : null;
    }

    // One table over all of it; nanoframework/nf-interpreter, CLR_RECORD_ASSEMBLY in nanoCLR_Types.h.
    private void WriteHeader(Span<byte> bytes)
    {
        "NFMRK1"u8.CopyTo(bytes);
        if (System.Version.TryParse(Version, out var version))
        {
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[28..], (ushort)version.Major);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[30..], (ushort)version.Minor);
        }
        bytes[38] = 1;
        for (var at = 40; at < 100; at += sizeof(int))
            BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[100..], bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Checksum(bytes[HeaderBytes..]));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Checksum(bytes[..HeaderBytes]));
    }

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
