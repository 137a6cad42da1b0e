namespace Fleet.Wire;

/// <summary>Bytes as hexadecimal digits: written in lower case, read in either.</summary>
public static class Hex
{
    private const string Digits = "0123456789abcdef";

    /// <summary>Two digits a byte.</summary>
    public static string Of(byte[] bytes)
    {
        char[] digits = new char[2 * bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            digits[2 * i] = Digits[bytes[i] >> 4];
            digits[2 * i + 1] = Digits[bytes[i] & 15];
        }
        return new string(digits);
    }

    /// <summary>Reads as many bytes as there is room for; false when the text is not just their digits.</summary>
    public static bool TryRead(string text, byte[] into)
    {
        for (int i = 0; i < text.Length; i++)
        {
            int digit = Digits.IndexOf((char)(text[i] | 0x20));
            if (digit < 0 || text[i] < '0' || i >= 2 * into.Length)
                return false;
            into[i / 2] = (byte)((into[i / 2] << 4) | digit);
        }
        return text.Length == 2 * into.Length;
    }
}
