using System.Security.Cryptography;
using System.Text;

namespace Fleet.Wire;

/// <summary>
/// HMAC-SHA-256 over a command: the topic's UTF-8 bytes, a zero byte, and the payload up to the comma before its last
/// field <c>"mac"</c>, which holds the 32 bytes in lower-case hex. The topic binds it to one controller and kind.
/// <code>
/// {"id":"a","seq":7,…,"reason":"plan","mac":"9f86…0f08"}
/// └────────── signed ───────────────┘└─── 73 bytes ───┘
/// </code>
/// </summary>
public static class Signature
{
    /// <summary>Bytes that signing adds: <c>,"mac":"</c>, 64 hex digits and a quote.</summary>
    public const int Bytes = 8 + 2 * MacBytes + 1;

    private const int MacBytes = 32;
    private const string Opening = ",\"mac\":\"";
    private const string Closing = "\"}";

    /// <summary>
    /// Signs the object in the buffer's first bytes by appending its field <c>mac</c>; the new length, or 0 when it does not
    /// fit the buffer or <see cref="Bounds.PayloadBytes"/>, or there is nothing to sign.
    /// </summary>
    public static int Sign(byte[] buffer, int length, string topic, byte[] key)
    {
        int signed = length + Bytes;
        if (length < 2 || signed > buffer.Length || signed > Bounds.PayloadBytes || buffer[length - 1] != '}')
            return 0;
        byte[] mac = Compute(buffer, length - 1, topic, key);
        int at = Put(Opening, buffer, length - 1);
        at = Put(Hex.Of(mac), buffer, at);
        Put(Closing, buffer, at);
        return signed;
    }

    /// <summary>Whether the payload ends with the mac that this key gives it for this topic.</summary>
    public static bool Verify(byte[] payload, int length, string topic, byte[] key)
    {
        int start = length - Bytes - 1;
        if (payload == null || topic == null || length > payload.Length || start < 1 || length > Bounds.PayloadBytes)
            return false;
        int digits = start + Opening.Length;
        if (!Holds(Opening, payload, start) || !Holds(Closing, payload, length - Closing.Length))
            return false;
        string expected = Hex.Of(Compute(payload, start, topic, key));
        // Every digit is compared whatever the ones before gave, so that the time taken tells nothing about the mac.
        int difference = 0;
        for (int i = 0; i < expected.Length; i++)
            difference |= expected[i] ^ payload[digits + i];
        return difference == 0;
    }

    private static byte[] Compute(byte[] payload, int length, string topic, byte[] key)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        byte[] signed = new byte[name.Length + 1 + length];
        System.Array.Copy(name, 0, signed, 0, name.Length);
        System.Array.Copy(payload, 0, signed, name.Length + 1, length);
        // The static form, because the device's HMACSHA256 object zeroes the caller's key when it is disposed.
        return HMACSHA256.HashData(key, signed);
    }

    private static int Put(string ascii, byte[] buffer, int at)
    {
        for (int i = 0; i < ascii.Length; i++)
            buffer[at + i] = (byte)ascii[i];
        return at + ascii.Length;
    }

    private static bool Holds(string ascii, byte[] bytes, int at)
    {
        for (int i = 0; i < ascii.Length; i++)
        {
            if (bytes[at + i] != ascii[i])
                return false;
        }
        return true;
    }
}
