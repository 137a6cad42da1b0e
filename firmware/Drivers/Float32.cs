namespace Fleet.Drivers;

/// <summary>The IEEE 754 singles of meters as integers, by their bits: exact on every board, NaN and infinity refused.</summary>
public static class Float32
{
    private const int ExponentBits = 0xFF;
    private const int MantissaBits = 0x7FFFFF;
    private const int HiddenBit = 0x800000;

    /// <summary>The exponent at which the mantissa is a whole number: the bias of 127 and 23 bits.</summary>
    private const int WholeExponent = 150;

    /// <summary>The value times the scale (at most 10^6), rounded, halves away from zero; false for NaN, infinity and overflow.</summary>
    public static bool TryScale(uint bits, int scale, out long value)
    {
        value = 0;
        int exponent = (int)(bits >> 23) & ExponentBits;
        if (exponent == ExponentBits)
            return false;
        // Below the normal numbers all is zero here.
        if (exponent == 0)
            return true;
        long magnitude = ((bits & MantissaBits) | HiddenBit) * (long)scale;
        int shift = exponent - WholeExponent;
        for (; shift > 0; shift--)
        {
            if (magnitude > long.MaxValue / 2)
                return false;
            magnitude *= 2;
        }
        if (shift < 0)
            magnitude = shift < -62 ? 0 : ((magnitude >> (-shift - 1)) + 1) >> 1;
        value = (bits & 0x80000000) != 0 ? -magnitude : magnitude;
        return true;
    }
}
