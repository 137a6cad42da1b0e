namespace Fleet.Wire;

/// <summary>UTF-8 one character at a time, strictly: no overlong forms, no surrogates, nothing above U+10FFFF.</summary>
internal static class Utf8
{
    /// <summary>What stands for a character that cannot be carried.</summary>
    public const int Replacement = 0xFFFD;

    /// <summary>Bytes of the character that begins here; 0 when it is malformed or cut off.</summary>
    public static int LengthAt(byte[] bytes, int at, int end)
    {
        int first = bytes[at];
        int length = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > end)
            return 0;
        for (int i = 1; i < length; i++)
        {
            if ((bytes[at + i] & 0xC0) != 0x80)
                return 0;
        }
        int second = length > 1 ? bytes[at + 1] : 0;
        bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
        bool outside = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
        return overlong || outside ? 0 : length;
    }

    /// <summary>The character that begins here, which must be well formed; moves behind it.</summary>
    public static int Decode(byte[] bytes, ref int at)
    {
        int first = bytes[at++];
        if (first < 0x80)
            return first;
        int more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
        int character = first & (0x3F >> more);
        for (int i = 0; i < more; i++)
            character = (character << 6) | (bytes[at++] & 0x3F);
        return character;
    }

    /// <summary>How many bytes a character takes.</summary>
    public static int LengthOf(int character)
    {
        return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    }

    /// <summary>Writes a character, for which there must be room; returns where the next one goes.</summary>
    public static int Encode(int character, byte[] bytes, int at)
    {
        int more = LengthOf(character) - 1;
        if (more == 0)
        {
            bytes[at] = (byte)character;
            return at + 1;
        }
        bytes[at] = (byte)((0xFF80 >> more) | (character >> (6 * more)));
        for (int i = 1; i <= more; i++)
            bytes[at + i] = (byte)(0x80 | ((character >> (6 * (more - i))) & 0x3F));
        return at + more + 1;
    }
}
