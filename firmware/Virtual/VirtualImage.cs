using System;
using System.Globalization;
using System.Text;
using Fleet.Core;

namespace Fleet.Virtual;

/// <summary>
/// Firmware for a virtual controller, which has no interpreter: it tells its version and what is wrong with it, and a
/// controller behaves so. As long as its author likes, like a real one.
/// <code>NFMRK2 virtual|version|minutes to a crash, or 0|hears: 1 or 0|filling …</code>
/// </summary>
/// <param name="Version">What it calls itself.</param>
/// <param name="CrashAfterMinutes">How long it runs until it crashes; 0 is for good.</param>
/// <param name="Connects">Whether it finds its gateway.</param>
public sealed record VirtualImage(string Version, int CrashAfterMinutes = 0, bool Connects = true)
{
    private const string Opening = "NFMRK2 virtual";
    private const int LongestHeader = 256;

    /// <summary>The image as bytes, filled to this length.</summary>
    public byte[] ToBytes(int length)
    {
        var header = string.Create(CultureInfo.InvariantCulture, $"{Opening}|{Version}|{CrashAfterMinutes}|{(Connects ? 1 : 0)}|");
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
            bytes[i] = i < header.Length ? (byte)header[i] : (byte)(i * 31 / 7);
        return bytes;
    }

    /// <summary>The image in a slot; null when there is none that runs.</summary>
    internal static VirtualImage? Load(IImageSlots slots, int slot, int length)
    {
        var header = new byte[Math.Min(length, LongestHeader)];
        if (!slots.TryRead(slot, 0, header, header.Length))
            return null;
        return Encoding.Latin1.GetString(header).Split('|') is [Opening, { Length: > 0 } version, var crash, var connects, ..] && int.TryParse(crash, out var minutes)
            ? new VirtualImage(version, minutes, connects == "1")
            : null;
    }
}
