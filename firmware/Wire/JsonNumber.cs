namespace Fleet.Wire;

/// <summary>The numbers of strict JSON as integers, exactly; no floating point is involved.</summary>
internal static class JsonNumber
{
    /// <summary>Exponents beyond this are all the same: the number is zero or too large.</summary>
    private const int ExponentLimit = 1000;

    /// <summary>The byte behind the characters of numbers that begin here.</summary>
    public static int Behind(byte[] bytes, int end, int at)
    {
        while (at < end && ((bytes[at] >= '0' && bytes[at] <= '9') || "+-.eE".IndexOf((char)bytes[at]) >= 0))
            at++;
        return at;
    }

    /// <summary>The whole number written in [at, end): no fraction, no exponent, within a long.</summary>
    public static bool TryWhole(byte[] bytes, int at, int end, out long value)
    {
        value = 0;
        bool negative = bytes[at] == '-';
        if (negative)
            at++;
        if (at == end)
            return false;
        // Counted downwards, because the range of a long reaches one further below zero than above.
        long below = 0;
        for (; at < end; at++)
        {
            if (bytes[at] < '0' || bytes[at] > '9' || !TryAppend(ref below, bytes[at] - '0'))
                return false;
        }
        if (!negative && below == long.MinValue)
            return false;
        value = negative ? below : -below;
        return true;
    }

    /// <summary>The number written in [at, end) times 10^decimals, halves rounded away from zero; false outside a long.</summary>
    public static bool TryScaled(byte[] bytes, int at, int end, int decimals, out long value)
    {
        value = 0;
        bool negative = bytes[at] == '-';
        if (negative)
            at++;
        // How many of the digits stand before the point once it is moved by exponent and decimals.
        int whole = WholeDigits(bytes, at, end) + Exponent(bytes, at, end) + decimals;
        long below = 0;
        int digits = 0;
        for (; at < end && bytes[at] != 'e' && bytes[at] != 'E'; at++)
        {
            if (bytes[at] == '.')
                continue;
            int digit = bytes[at] - '0';
            if (digits < whole && !TryAppend(ref below, digit))
                return false;
            if (digits == whole && digit >= 5)
            {
                if (below == long.MinValue)
                    return false;
                below--;
            }
            digits++;
        }
        for (; digits < whole && below != 0; digits++)
        {
            if (!TryAppend(ref below, 0))
                return false;
        }
        if (!negative && below == long.MinValue)
            return false;
        value = negative ? below : -below;
        return true;
    }

    private static bool TryAppend(ref long below, int digit)
    {
        if (below < long.MinValue / 10 || below * 10 < long.MinValue + digit)
            return false;
        below = below * 10 - digit;
        return true;
    }

    private static int WholeDigits(byte[] bytes, int at, int end)
    {
        int start = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9')
            at++;
        return at - start;
    }

    private static int Exponent(byte[] bytes, int at, int end)
    {
        while (at < end && bytes[at] != 'e' && bytes[at] != 'E')
            at++;
        at++;
        bool negative = at < end && bytes[at] == '-';
        if (at < end && (negative || bytes[at] == '+'))
            at++;
        int exponent = 0;
        for (; at < end && exponent < ExponentLimit; at++)
            exponent = exponent * 10 + bytes[at] - '0';
        return negative ? -exponent : exponent;
    }
}
