namespace Fleet.Core;

/// <content>When the grid is helped, and how; see <see cref="GridResponse"/>.</content>
public sealed partial class Settings
{
    /// <summary>Nominal frequency of the grid that is helped when its frequency falls; 0 is no help.</summary>
    public int GridMilliHertz { get { return Number(23); } }

    /// <summary>How far the frequency may fall before power does.</summary>
    public int GridDeadbandMilliHertz { get { return Number(24); } }

    /// <summary>How much further it falls until no power is left; 0 is no straight line.</summary>
    public int GridSpanMilliHertz { get { return Number(25); } }

    /// <summary>How far it must fall to put every load to rest; 0 is never.</summary>
    public int GridTripMilliHertz { get { return Number(26); } }

    /// <summary>For how long it must have fallen so far.</summary>
    public int GridTripSeconds { get { return Number(27); } }

    /// <summary>Voltage below which every load rests; 0 is none.</summary>
    public int GridLowMillivolts { get { return Number(28); } }

    /// <summary>Voltage above which every load rests; 0 is none.</summary>
    public int GridHighMillivolts { get { return Number(29); } }

    /// <summary>For how long the voltage must be too low or too high.</summary>
    public int GridVoltageSeconds { get { return Number(30); } }

    /// <summary>How long all must be well before power returns.</summary>
    public int GridReturnSeconds { get { return Number(31); } }

    /// <summary>The controller waits its own part of this as well.</summary>
    public int GridWindowSeconds { get { return Number(32); } }

    /// <summary>How long power takes from nothing to everything when it returns; 0 is at once.</summary>
    public int GridRampSeconds { get { return Number(33); } }

    /// <summary>Whether the grid is helped at all: otherwise there are no objects for it.</summary>
    internal bool HelpsGrid
    {
        get { return GridMilliHertz > 0 || GridLowMillivolts > 0 || GridHighMillivolts > 0; }
    }

    private string ProblemOfGrid()
    {
        if (GridMilliHertz != 0 && GridMilliHertz != 50000 && GridMilliHertz != 60000)
            return "gridMilliHertz: must be 0, 50000 or 60000";
        return GridHighMillivolts > 0 && GridLowMillivolts >= GridHighMillivolts ? "gridLowMillivolts: must be below gridHighMillivolts" : null;
    }
}
