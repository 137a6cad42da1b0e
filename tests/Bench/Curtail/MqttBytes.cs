using System;
using System.Buffers.Binary;
using System.Text;

namespace Fleet.Bench.Curtail;

/// <summary>The few MQTT 5 packets a bench client sends, as bytes; the same on both sides of a comparison.</summary>
internal static class MqttBytes
{
    public const byte ConnAck = 2, PublishType = 3, PubAck = 4, SubAck = 9;

    public static byte[] Connect(string clientId, string password)
    {
        var body = new byte[1024];
        var at = 0;
        Text(body, ref at, "MQTT");
        body[at++] = 5;
        body[at++] = 0b1100_0010; // user name, password, clean start
        Short(body, ref at, 0); // no keep-alive: an idle bench client sends nothing
        body[at++] = 0; // no properties
        Text(body, ref at, clientId);
        Text(body, ref at, clientId);
        Text(body, ref at, password);
        return Packet(0x10, body.AsSpan(0, at));
    }

    public static byte[] Subscribe(string topicFilter)
    {
        var body = new byte[512];
        var at = 0;
        Short(body, ref at, 1);
        body[at++] = 0;
        Text(body, ref at, topicFilter);
        body[at++] = 1; // QoS 1
        return Packet(0x82, body.AsSpan(0, at));
    }

    /// <summary>A message at QoS 1, or at QoS 0 when the identifier is 0.</summary>
    public static byte[] Publish(string topic, ushort id, ReadOnlySpan<byte> payload)
    {
        var body = new byte[512 + payload.Length];
        var at = 0;
        Text(body, ref at, topic);
        if (id != 0)
            Short(body, ref at, id);
        body[at++] = 0;
        payload.CopyTo(body.AsSpan(at));
        return Packet((byte)(id == 0 ? 0x30 : 0x32), body.AsSpan(0, at + payload.Length));
    }

    public static byte[] Acknowledge(ushort id) => [0x40, 2, (byte)(id >> 8), (byte)id];

    /// <summary>Finds the first whole packet: its kind, where its body begins and where it ends.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out int bodyStart, out int end)
    {
        bodyStart = end = 0;
        int length = 0, shift = 0;
        for (var at = 1; at < bytes.Length && at < 5; at++, shift += 7)
        {
            length |= (bytes[at] & 0x7f) << shift;
            if ((bytes[at] & 0x80) != 0)
                continue;
            bodyStart = at + 1;
            end = bodyStart + length;
            return end <= bytes.Length;
        }
        return false;
    }

    /// <summary>The packet identifier of a QoS 1 publish whose body begins here.</summary>
    public static ushort PublishId(ReadOnlySpan<byte> body)
        => BinaryPrimitives.ReadUInt16BigEndian(body[(2 + BinaryPrimitives.ReadUInt16BigEndian(body))..]);

    private static byte[] Packet(byte header, ReadOnlySpan<byte> body)
    {
        var packet = new byte[body.Length + 5];
        var at = 0;
        packet[at++] = header;
        var length = body.Length;
        do
        {
            packet[at++] = (byte)(length > 127 ? (length & 0x7f) | 0x80 : length);
            length >>= 7;
        }
        while (length > 0);
        body.CopyTo(packet.AsSpan(at));
        return packet[..(at + body.Length)];
    }

    private static void Short(byte[] to, ref int at, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(to.AsSpan(at), (ushort)value);
        at += 2;
    }

    private static void Text(byte[] to, ref int at, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, to.AsSpan(at + 2));
        Short(to, ref at, length);
        at += length;
    }
}
