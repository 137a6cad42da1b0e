namespace Fleet.Core;

/// <summary>The CRC-32 of IEEE 802.3, bit by bit: it guards a few records, and a table would cost a kilobyte.</summary>
public static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    public static uint Of(byte[] bytes, int offset, int length)
    {
        uint crc = 0xFFFFFFFF;
        for (int i = offset; i < offset + length; i++)
        {
            crc ^= bytes[i];
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
        }
        return ~crc;
    }
}
