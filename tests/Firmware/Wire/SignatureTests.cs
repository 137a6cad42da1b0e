using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

public sealed class SignatureTests
{
    private const string Topic = Samples.SetpointTopic;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Is_the_hmac_of_topic_zero_and_payload_up_to_the_mac()
    {
        byte[] signed = Signed();
        string text = Encoding.UTF8.GetString(signed);
        int mac = text.LastIndexOf(",\"mac\":\"", StringComparison.Ordinal);
        byte[] expected = HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(Topic + "\0" + text[..mac]));
        Assert.Equal(text[..mac] + ",\"mac\":\"" + Convert.ToHexStringLower(expected) + "\"}", text);
        Assert.True(Signature.Verify(signed, signed.Length, Topic, Key));
    }

    [Fact]
    public void Every_signed_command_verifies_and_reads()
    {
        Messages.Signed().Sample(message =>
        {
            byte[] buffer = new byte[Bounds.PayloadBytes];
            int length = message.WriteSigned(buffer, Topic, Key);
            return Signature.Verify(buffer, length, Topic, Key)
                && Messages.EmptyLike(message).TryRead(buffer, length, out _);
        }, iter: 500);
    }

    [Fact]
    public void Any_changed_bit_is_refused()
    {
        byte[] signed = Signed();
        for (int bit = 0; bit < 8 * signed.Length; bit++)
        {
            signed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Signature.Verify(signed, signed.Length, Topic, Key), $"bit {bit}");
            signed[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Any_truncation_is_refused()
    {
        byte[] signed = Signed();
        for (int length = -1; length < signed.Length; length++)
            Assert.False(Signature.Verify(signed, length, Topic, Key));
        Assert.False(Signature.Verify(signed, signed.Length + 1, Topic, Key));
        Assert.False(Signature.Verify(null, 100, Topic, Key));
    }

    [Theory]
    [InlineData("fleet/v1/north/c2/setpoint")]
    [InlineData("fleet/v1/south/c1/setpoint")]
    [InlineData("fleet/v1/north/c1/schedule")]
    [InlineData("")]
    [InlineData(null)]
    public void Another_topic_is_refused(string? topic)
    {
        Assert.False(Signature.Verify(Signed(), Signed().Length, topic, Key));
    }

    [Fact]
    public void Another_key_is_refused()
    {
        byte[] other = [.. Key];
        other[31] ^= 1;
        Assert.False(Signature.Verify(Signed(), Signed().Length, Topic, other));
        Assert.False(Signature.Verify(Signed(), Signed().Length, Topic, new byte[32]));
    }

    [Fact]
    public void A_mac_that_is_moved_doubled_upper_case_missing_or_followed_is_refused()
    {
        string text = Encoding.UTF8.GetString(Signed());
        int at = text.Length - Signature.Bytes - 1;
        string mac = text[at..^1];
        string bare = text[..at];
        string[] forgeries =
        [
            "{" + mac[1..] + "," + bare[1..] + "}",
            bare + mac + mac + "}",
            "{" + mac[1..] + "," + bare[1..] + mac + "}",
            bare + mac.ToUpperInvariant().Replace("MAC", "mac") + "}",
            bare + "}",
            text + " ",
            text + "}",
            " " + text,
            bare + mac + ",\"limitWatts\":10000000}",
            bare + ",\"limitWatts\":10000000" + mac + "}",
            bare + mac.Replace(":", ": ") + "}",
        ];
        foreach (string forgery in forgeries)
        {
            byte[] payload = Encoding.UTF8.GetBytes(forgery);
            Assert.False(Signature.Verify(payload, payload.Length, Topic, Key), forgery);
        }
    }

    [Fact]
    public void A_second_mac_is_refused_even_when_it_is_signed()
    {
        byte[] buffer = new byte[Bounds.PayloadBytes];
        Array.Copy(Signed(), buffer, Signed().Length);
        int length = Signature.Sign(buffer, Signed().Length, Topic, Key);
        Assert.True(Signature.Verify(buffer, length, Topic, Key));
        Assert.False(new Setpoint().TryRead(buffer, length, out string reason));
        Assert.Equal("mac: is there twice", reason);
    }

    [Fact]
    public void Signs_nothing_that_is_empty_or_does_not_fit()
    {
        byte[] buffer = new byte[Bounds.PayloadBytes + 100];
        Setpoint setpoint = (Setpoint)Samples.Filled("setpoint");
        int length = setpoint.Write(buffer);
        Assert.Equal(0, Signature.Sign(buffer, 0, Topic, Key));
        Assert.Equal(0, Signature.Sign(buffer, length - 1, Topic, Key));
        Assert.Equal(0, Signature.Sign(buffer, Bounds.PayloadBytes - Signature.Bytes + 1, Topic, Key));
        Assert.Equal(0, setpoint.WriteSigned(new byte[length + Signature.Bytes - 1], Topic, Key));
        Assert.Equal(length + Signature.Bytes, setpoint.WriteSigned(new byte[length + Signature.Bytes], Topic, Key));
    }

    [Fact]
    public void Derives_two_keys_that_do_not_lead_to_each_other()
    {
        ControllerKeys keys = new ControllerKeys(Key);
        Assert.Equal("91a55deb7d9e00d5b0bc01b5d71497e95090c755fd38e341cf441bb03cf7589d", keys.BrokerPassword);
        Assert.Equal("27d6a97a031be29955531eaac1dd19829a479dda5912fc26bb1ee8ed96954dfe", Convert.ToHexStringLower(keys.CommandKey));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Refuses_a_secret_of_another_length(int length)
    {
        Assert.Contains("32 bytes", Assert.Throws<ArgumentException>(() => new ControllerKeys(new byte[length])).Message);
    }

    private static byte[] Signed()
    {
        byte[] buffer = new byte[Bounds.PayloadBytes];
        int length = ((Setpoint)Samples.Filled("setpoint")).WriteSigned(buffer, Topic, Key);
        return buffer[..length];
    }
}
