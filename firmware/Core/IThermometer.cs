namespace Fleet.Core;

/// <summary>A temperature beside what the loads report of themselves.</summary>
public interface IThermometer
{
    /// <summary>The newest reading and when it was taken; false when there has been none since boot. Its age is the caller's to judge.</summary>
    bool TryRead(out int milliC, out long atMs);
}
