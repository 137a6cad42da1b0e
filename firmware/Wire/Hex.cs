namespace Fleet.Wire;

/// <summary>Bytes as lower-case hexadecimal digits.</summary>
internal static class Hex
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
}
