using System;

namespace Fleet.Esp32;

/// <summary>The debug console: one line an occurrence, with the seconds since boot before it.</summary>
internal static class Log
{
    public static void Line(string text)
    {
        Console.WriteLine((Environment.TickCount64 / 1000).ToString() + " s: " + text);
    }

    /// <summary>What failed, and the failure's type and message.</summary>
    public static void Failure(string what, Exception failure)
    {
        Line(what + ": " + failure.GetType().FullName + " " + failure.Message);
    }
}
