namespace Fleet.Core;

/// <summary>The CRC-32 of IEEE 802.3, four bits at a time: a table of 256 entries would cost a kilobyte, one bit at a time four times the work.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;

    private static readonly uint[] Table = Computed();

    public static uint Of(byte[] bytes, int offset, int length)
    {
        uint crc = 0xFFFFFFFF;
        for (int i = offset; i < offset + length; i++)
        {
            crc ^= bytes[i];
            crc = (crc >> 4) ^ Table[crc & 15];
            crc = (crc >> 4) ^ Table[crc & 15];
        }
        return ~crc;
    }

    private static uint[] Computed()
    {
        uint[] table = new uint[16];
        for (uint i = 0; i < table.Length; i++)
        {
            table[i] = i;
            for (int bit = 0; bit < 4; bit++)
                table[i] = (table[i] & 1) != 0 ? (table[i] >> 1) ^ Polynomial : table[i] >> 1;
        }
        return table;
    }
}
