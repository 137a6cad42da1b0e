using System;

namespace Fleet.Esp32;

/// <summary>
/// The debug console: one line an occurrence, with the seconds since boot before it. A line for which there is no memory
/// is left out: what it tells of is being dealt with.
/// </summary>
internal static class Log
{
    public static void Line(string text)
    {
        try
        {
            Console.WriteLine((Environment.TickCount64 / 1000).ToString() + " s: " + text);
        }
        catch (OutOfMemoryException)
        {
            // As said above.
        }
    }

    /// <summary>What failed, and the failure's type and message.</summary>
    public static void Failure(string what, Exception failure)
    {
        try
        {
            Line(what + ": " + failure.GetType().FullName + " " + failure.Message);
        }
        catch (OutOfMemoryException)
        {
            // As in Line.
        }
    }
}
