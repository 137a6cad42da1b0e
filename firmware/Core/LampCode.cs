using Fleet.Wire;

namespace Fleet.Core;

/// <summary>What a board's lamp tells, least urgent first.</summary>
public enum LampState
{
    /// <summary>Working without the gateway.</summary>
    Offline = 0,

    /// <summary>In touch with the gateway.</summary>
    Online = 1,

    /// <summary>In minimal mode, after too many crashes.</summary>
    Minimal = 2,

    /// <summary>A trip is latched: somebody has to look, and to hold the button.</summary>
    Tripped = 3,

    /// <summary>A technician is looking for this box.</summary>
    Identify = 4,
}

/// <summary>
/// The lamp's language. What a person must come for hides how the link stands.
/// <code>
/// state      two seconds, an eighth a letter
/// Offline    #.#.....
/// Online     ########
/// Minimal    ####....
/// Tripped    #.#.#...
/// Identify   #.#.#.#.
/// </code>
/// </summary>
public static class LampCode
{
    /// <summary>Steps before it begins again.</summary>
    public const int Steps = 8;

    /// <summary>Length of a step.</summary>
    public const int StepMs = 250;

    /// <summary>What to tell of a controller with these faults.</summary>
    public static LampState Of(bool isOnline, bool isTripped, int faults)
    {
        if (isTripped)
            return LampState.Tripped;
        if ((faults & Fault.MinimalMode) != 0)
            return LampState.Minimal;
        return isOnline ? LampState.Online : LampState.Offline;
    }

    /// <summary>Whether the lamp is lit in this step.</summary>
    public static bool IsLit(LampState state, int step)
    {
        string pattern = state switch
        {
            LampState.Offline => "#.#.....",
            LampState.Online => "########",
            LampState.Minimal => "####....",
            LampState.Tripped => "#.#.#...",
            _ => "#.#.#.#.",
        };
        return pattern[step % Steps] == '#';
    }
}
