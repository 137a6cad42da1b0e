using Fleet.Wire;

namespace Fleet.Core;

/// <summary>How the machine is doing that the controller runs on. The host implements it.</summary>
public interface IVitals
{
    /// <summary>Writes what it knows, by the ticking thread, once for each telemetry; makes nothing new, never waits and never throws.</summary>
    void Fill(Vitals vitals);
}
