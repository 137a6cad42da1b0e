using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// Finds, once a setpoint, the moment at which measured watts are at or below its limit, or above it by no more than 2 % or
/// 100 W, which a meter of class 2 and sleeping loads may show. Interpretation: IEEE 2030.5 asks for 4 % or 100 W.
/// </summary>
public sealed class Achievement
{
    /// <summary>The tolerance is one part in this of the limit, …</summary>
    public const int ToleranceParts = 50;

    /// <summary>… or these watts where that is more.</summary>
    public const int ToleranceWatts = 100;

    private long _achievedSequence;

    /// <summary>How far measured watts may be from a limit that is kept.</summary>
    public static int ToleranceOf(int limitWatts)
    {
        int partWatts = limitWatts / ToleranceParts;
        return partWatts > ToleranceWatts ? partWatts : ToleranceWatts;
    }

    /// <summary>Whether the setpoint in force is achieved by this snapshot and was not before. A reading older than the setpoint proves nothing, and neither does an estimate.</summary>
    public bool IsNew(Snapshot snapshot, Authority authority)
    {
        Setpoint setpoint = authority.Setpoint;
        bool isWithin = setpoint.IsUnlimited || snapshot.Watts <= setpoint.LimitWatts + ToleranceOf(setpoint.LimitWatts);
        bool isMeasured = snapshot.HasWatts && snapshot.WattsAtMs >= authority.SetpointAtMs;
        if (setpoint.Sequence == _achievedSequence || !isMeasured || !isWithin)
            return false;
        _achievedSequence = setpoint.Sequence;
        return true;
    }

    /// <summary>Fills the answer that tells it.</summary>
    public static void Tell(Ack answer, Authority authority, long nowMs)
    {
        answer.Id = authority.Setpoint.Id;
        answer.Sequence = authority.Setpoint.Sequence;
        answer.Result = AckResult.Achieved;
        answer.Reason = "";
        answer.ElapsedMs = nowMs - authority.SetpointAtMs;
    }
}
