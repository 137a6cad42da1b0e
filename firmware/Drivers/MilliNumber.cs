namespace Fleet.Drivers;

/// <summary>The decimal numbers of device replies as whole thousandths, without floating point.</summary>
public static class MilliNumber
{
    /// <summary>Largest magnitude: 10^15 thousandths, above any watt, hash rate or temperature and far from overflow.</summary>
    public const long Highest = 1000000000000000;

    private const int ExponentLimit = 100;

    /// <summary>
    /// Reads a number of JSON's form, digits beyond thousandths cut off; false for anything else, words like inf and
    /// nan among them, and beyond <see cref="Highest"/>.
    /// </summary>
    public static bool TryParse(byte[] bytes, int offset, int length, out long milli)
    {
        milli = 0;
        int at = offset;
        int end = offset + length;
        bool negative = at < end && bytes[at] == '-';
        if (negative)
            at++;
        long mantissa = 0;
        int digits = 0;
        int shift = 3;
        bool behindPoint = false;
        for (; at < end && (IsDigit(bytes[at]) || (bytes[at] == '.' && !behindPoint)); at++)
        {
            if (bytes[at] == '.')
            {
                behindPoint = true;
                continue;
            }
            digits++;
            if (mantissa < Highest / 10)
            {
                mantissa = mantissa * 10 + bytes[at] - '0';
                if (behindPoint)
                    shift--;
            }
            else if (!behindPoint)
                shift++;
        }
        if (digits == 0 || !TryExponent(bytes, at, end, ref shift) || !TryShift(ref mantissa, shift))
            return false;
        milli = negative ? -mantissa : mantissa;
        return true;
    }

    private static bool TryExponent(byte[] bytes, int at, int end, ref int shift)
    {
        if (at == end)
            return true;
        if (bytes[at] != 'e' && bytes[at] != 'E')
            return false;
        at++;
        bool negative = at < end && bytes[at] == '-';
        if (at < end && (negative || bytes[at] == '+'))
            at++;
        if (at == end)
            return false;
        int exponent = 0;
        for (; at < end; at++)
        {
            if (!IsDigit(bytes[at]))
                return false;
            if (exponent < ExponentLimit)
                exponent = exponent * 10 + bytes[at] - '0';
        }
        shift += negative ? -exponent : exponent;
        return true;
    }

    private static bool TryShift(ref long mantissa, int shift)
    {
        for (; shift < 0 && mantissa != 0; shift++)
            mantissa /= 10;
        for (; shift > 0 && mantissa != 0; shift--)
        {
            mantissa *= 10;
            if (mantissa > Highest)
                return false;
        }
        return mantissa <= Highest;
    }

    private static bool IsDigit(byte one)
    {
        return one >= '0' && one <= '9';
    }
}
