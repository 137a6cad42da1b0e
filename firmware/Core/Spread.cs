namespace Fleet.Core;

/// <summary>Shares of a time window that differ between names and never change: what spreads a crowd without a dice.</summary>
public static class Spread
{
    // FNV-1a, 32 bit: http://www.isthe.com/chongo/tech/comp/fnv/
    private const uint Basis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>A number that two different names are unlikely to share.</summary>
    public static uint Hash(string name)
    {
        return Add(Basis, name);
    }

    /// <summary>Milliseconds from 0 to the window, by two names.</summary>
    public static long ShareMs(string first, string second, int windowSeconds)
    {
        uint hash = Add(Add(Basis, first), second);
        // The last step spreads names that differ in their last letter only over the whole window.
        hash ^= hash >> 15;
        hash *= Prime;
        hash ^= hash >> 13;
        return hash % ((uint)windowSeconds * 1000 + 1);
    }

    /// <summary>A hash that a number more has gone into; no two numbers give the same.</summary>
    internal static uint Add(uint hash, int number)
    {
        return (hash ^ (uint)number) * Prime;
    }

    private static uint Add(uint hash, string text)
    {
        for (int i = 0; i < text.Length; i++)
            hash = (hash ^ text[i]) * Prime;
        return hash;
    }
}
