namespace Fleet.Core;

/// <summary>The CRC-32 of IEEE 802.3, four bits at a time: a table of 256 entries would cost a kilobyte, one bit at a time four times the work.</summary>
internal static class Crc32
{
    private static readonly uint[] Table =
    {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };

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
}
