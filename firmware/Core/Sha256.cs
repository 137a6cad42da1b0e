using System;

namespace Fleet.Core;

/// <summary>
/// SHA-256 (FIPS 180-4), because the framework has it only inside its HMAC. One instance is for one digest, of bytes that
/// come piece by piece.
/// </summary>
public sealed class Sha256
{
    /// <summary>Bytes of a digest.</summary>
    public const int DigestBytes = 32;

    private const int BlockBytes = 64;
    private const int LengthBytes = 8;
    private const int Rounds = 64;

    private readonly uint[] _constants = Constants();
    private readonly uint[] _words = new uint[Rounds];
    private readonly byte[] _block = new byte[BlockBytes];
    private readonly uint[] _state = new uint[]
    {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    };

    private int _filled;
    private long _length;

    /// <summary>The digest of these bytes.</summary>
    public static byte[] Of(byte[] bytes)
    {
        Sha256 hash = new Sha256();
        hash.Add(bytes, bytes.Length);
        return hash.End();
    }

    /// <summary>Takes the first of these bytes behind those taken before.</summary>
    public void Add(byte[] bytes, int count)
    {
        _length += count;
        int at = 0;
        while (at < count)
        {
            int taken = BlockBytes - _filled < count - at ? BlockBytes - _filled : count - at;
            Array.Copy(bytes, at, _block, _filled, taken);
            at += taken;
            _filled += taken;
            if (_filled == BlockBytes)
                Mix();
        }
    }

    /// <summary>The digest of all bytes taken; the instance is used up.</summary>
    public byte[] End()
    {
        // Behind the bytes: a one bit, zeros, and the length in bits, to whole blocks.
        long bits = _length * 8;
        Add(new byte[] { 0x80 }, 1);
        while (_filled != BlockBytes - LengthBytes)
            Add(new byte[BlockBytes], _filled < BlockBytes - LengthBytes ? BlockBytes - LengthBytes - _filled : BlockBytes - _filled);
        byte[] length = new byte[LengthBytes];
        for (int i = 0; i < LengthBytes; i++)
            length[i] = (byte)(bits >> (8 * (LengthBytes - 1 - i)));
        Add(length, LengthBytes);
        byte[] digest = new byte[DigestBytes];
        for (int i = 0; i < DigestBytes; i++)
            digest[i] = (byte)(_state[i / 4] >> (24 - 8 * (i % 4)));
        return digest;
    }

    private void Mix()
    {
        uint[] words = _words;
        uint[] state = _state;
        for (int i = 0; i < BlockBytes; i += 4)
            words[i / 4] = ((uint)_block[i] << 24) | ((uint)_block[i + 1] << 16) | ((uint)_block[i + 2] << 8) | _block[i + 3];
        _filled = 0;
        for (int i = 16; i < Rounds; i++)
        {
            uint early = Turn(words[i - 15], 7) ^ Turn(words[i - 15], 18) ^ (words[i - 15] >> 3);
            uint late = Turn(words[i - 2], 17) ^ Turn(words[i - 2], 19) ^ (words[i - 2] >> 10);
            words[i] = words[i - 16] + early + words[i - 7] + late;
        }
        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < Rounds; i++)
        {
            uint first = h + (Turn(e, 6) ^ Turn(e, 11) ^ Turn(e, 25)) + ((e & f) ^ (~e & g)) + _constants[i] + words[i];
            uint second = (Turn(a, 2) ^ Turn(a, 13) ^ Turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
            h = g;
            g = f;
            f = e;
            e = d + first;
            d = c;
            c = b;
            b = a;
            a = first + second;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    private static uint Turn(uint word, int bits)
    {
        return (word >> bits) | (word << (32 - bits));
    }

    private static uint[] Constants()
    {
        return new uint[]
        {
            0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
            0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
            0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
            0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
            0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
            0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
            0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
            0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
        };
    }
}
