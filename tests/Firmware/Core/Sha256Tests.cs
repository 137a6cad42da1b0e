using System;
using System.Security.Cryptography;
using System.Text;
using Fleet.Core;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

public sealed class Sha256Tests
{
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")]
    public void Keeps_the_published_vectors(string text, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Sha256.Of(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Keeps_the_published_vector_of_a_million_letters()
    {
        byte[] letters = new byte[1_000_000];
        Array.Fill(letters, (byte)'a');
        Assert.Equal("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", Convert.ToHexStringLower(Sha256.Of(letters)));
    }

    [Fact]
    public void Is_right_at_every_length_around_a_block()
    {
        Random chance = new(1);
        for (int length = 0; length < 200; length++)
        {
            byte[] bytes = new byte[length];
            chance.NextBytes(bytes);
            Assert.Equal(SHA256.HashData(bytes), Sha256.Of(bytes));
        }
    }

    [Fact]
    public void Is_the_same_in_whatever_pieces_the_bytes_come()
    {
        Random chance = new(2);
        byte[] bytes = new byte[1000];
        chance.NextBytes(bytes);
        for (int round = 0; round < 50; round++)
        {
            Sha256 hash = new();
            int at = 0;
            while (at < bytes.Length)
            {
                byte[] piece = bytes[at..Math.Min(bytes.Length, at + chance.Next(0, 150))];
                hash.Add([.. piece, 7, 7], piece.Length);
                at += piece.Length;
            }
            Assert.Equal(SHA256.HashData(bytes), hash.End());
        }
    }
}
