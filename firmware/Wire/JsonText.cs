using System.Text;

namespace Fleet.Wire;

/// <summary>The strings of a document that <see cref="JsonSyntax"/> has found strict. Each begins at its quote.</summary>
internal static class JsonText
{
    private const int End = -1;

    /// <summary>The byte behind the string's closing quote.</summary>
    public static int Behind(byte[] bytes, int quote)
    {
        int at = quote + 1;
        while (bytes[at] != '"')
            at += bytes[at] == '\\' ? 2 : 1;
        return at + 1;
    }

    /// <summary>Whether the string is this one, whatever its escapes.</summary>
    public static bool Is(byte[] bytes, int quote, string expected)
    {
        int at = quote + 1;
        int i = 0;
        while (true)
        {
            int character = Next(bytes, ref at);
            if (character == End)
                return i == expected.Length;
            if (character > 0xFFFF)
            {
                if (i >= expected.Length || expected[i] != HighSurrogate(character))
                    return false;
                i++;
                character = LowSurrogate(character);
            }
            if (i >= expected.Length || expected[i] != character)
                return false;
            i++;
        }
    }

    /// <summary>The string, if it is at most so many UTF-16 characters long.</summary>
    public static bool TryRead(byte[] bytes, int quote, int maxLength, out string value)
    {
        value = null;
        int at = quote + 1;
        int length = 0;
        int size = 0;
        for (int character = Next(bytes, ref at); character != End; character = Next(bytes, ref at))
        {
            length += character > 0xFFFF ? 2 : 1;
            if (length > maxLength)
                return false;
            size += Utf8.LengthOf(character);
        }
        bool escaped = size != at - quote - 2;
        value = size == 0 ? "" : escaped ? Unescaped(bytes, quote, size) : Encoding.UTF8.GetString(bytes, quote + 1, size);
        return true;
    }

    private static string Unescaped(byte[] bytes, int quote, int size)
    {
        byte[] plain = new byte[size];
        int at = quote + 1;
        for (int to = 0; to < size;)
            to = Utf8.Encode(Next(bytes, ref at), plain, to);
        return Encoding.UTF8.GetString(plain, 0, size);
    }

    /// <summary>The next character, moving behind it; <see cref="End"/> at, and behind, the closing quote.</summary>
    private static int Next(byte[] bytes, ref int at)
    {
        if (bytes[at] == '"')
        {
            at++;
            return End;
        }
        if (bytes[at] != '\\')
            return Utf8.Decode(bytes, ref at);
        int letter = bytes[at + 1];
        at += 2;
        switch (letter)
        {
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                break;
            default:
                return letter;
        }
        int unit = JsonSyntax.Hex(bytes, bytes.Length, at);
        at += 4;
        if (unit < 0xD800 || unit > 0xDFFF)
            return unit;
        int low = JsonSyntax.Hex(bytes, bytes.Length, at + 2);
        at += 6;
        return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    }

    private static int HighSurrogate(int character)
    {
        return 0xD800 + ((character - 0x10000) >> 10);
    }

    private static int LowSurrogate(int character)
    {
        return 0xDC00 + ((character - 0x10000) & 0x3FF);
    }
}
