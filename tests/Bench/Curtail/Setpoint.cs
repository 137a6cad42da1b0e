using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Bench.Curtail;

/// <summary>A setpoint message of the size the wire has: about 250 bytes, signed with HMAC-SHA-256.</summary>
internal static class Setpoint
{
    private static readonly byte[] Key = new byte[32];

    public static byte[] Signed(long sequence)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $$"""{"id":"5c1f09a2","seq":{{sequence}},"boot":1,"issuedMs":1772366400000,"limitWatts":{{ControllerVoice.CurtailedWatts}},"loadWatts":[{{ControllerVoice.CurtailedWatts}}],"rampWattsPerSecond":0,"windowSeconds":0,"validSeconds":900,"reason":"curtailed to 150000 W: bench","mac":"{{new string('0', 64)}}"}""");
        var message = Encoding.ASCII.GetBytes(text);
        Span<byte> mac = stackalloc byte[32];
        var macStart = message.Length - 66;
        HMACSHA256.HashData(Key, message.AsSpan(0, macStart), mac);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(mac), message.AsSpan(macStart));
        return message;
    }
}
