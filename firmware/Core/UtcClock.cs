using Fleet.Wire;

namespace Fleet.Core;

/// <summary>
/// What UTC time it is, by three sources of different trust.
/// <code>
/// source                        stamps records   ends a setpoint   begins a schedule's slot
/// time server (SNTP)            yes              yes               yes, unless it lifts the limit above that
///                                                                  of the slot by the signed messages' time
/// signed messages of this boot  no               yes               yes
/// heartbeat                     without a        no                no
///                               time server
/// </code>
/// A heartbeat is not signed: whoever may publish it could turn the clock back to prolong a setpoint, or to a slot with a
/// higher limit. So it dates records and telemetry and nothing else, and cannot raise power. A signed message was issued
/// before it arrived: its time plus the time since is a lower bound of now, late by its journey, and never early.
/// </summary>
public sealed class UtcClock
{
    /// <summary>The beginning of 2020: an earlier time comes from a clock that was never set, and is ignored.</summary>
    public const long EarliestUtcMs = 1577836800000;

    private bool _hasServer;
    private long _serverOffsetMs;
    private bool _hasSigned;
    private long _signedOffsetMs;
    private bool _hasHeartbeat;
    private long _heartbeatOffsetMs;

    /// <summary>A time server's answer.</summary>
    public void SetServer(long nowMs, long utcMs)
    {
        if (!IsPlausible(utcMs))
            return;
        _hasServer = true;
        _serverOffsetMs = utcMs - nowMs;
    }

    /// <summary>A heartbeat's time.</summary>
    public void NoteHeartbeat(long nowMs, long utcMs)
    {
        if (!IsPlausible(utcMs))
            return;
        _hasHeartbeat = true;
        _heartbeatOffsetMs = utcMs - nowMs;
    }

    /// <summary>The issue time of an authentic message for this boot; only ever moves the lower bound up.</summary>
    public void NoteSigned(long nowMs, long issuedUtcMs)
    {
        long offsetMs = issuedUtcMs - nowMs;
        if (!_hasSigned || offsetMs > _signedOffsetMs)
            _signedOffsetMs = offsetMs;
        _hasSigned = true;
    }

    /// <summary>The time server's time; false while it has not answered since boot.</summary>
    public bool TryServer(long nowMs, out long utcMs)
    {
        utcMs = _hasServer ? nowMs + _serverOffsetMs : 0;
        return _hasServer;
    }

    /// <summary>What the gateway has said by its signature: the time is no earlier; false while it has said nothing since boot.</summary>
    public bool TrySigned(long nowMs, out long utcMs)
    {
        utcMs = _hasSigned ? nowMs + _signedOffsetMs : 0;
        return _hasSigned;
    }

    /// <summary>The time that authority goes by; false while unknown.</summary>
    public bool TryTrusted(long nowMs, out long utcMs)
    {
        long offsetMs = _hasServer && (!_hasSigned || _serverOffsetMs > _signedOffsetMs) ? _serverOffsetMs : _signedOffsetMs;
        utcMs = nowMs + offsetMs;
        return _hasServer || _hasSigned;
    }

    /// <summary>The time that records and telemetry are dated with; false while unknown.</summary>
    public bool TryStamp(long nowMs, out long utcMs)
    {
        utcMs = nowMs + (_hasServer ? _serverOffsetMs : _heartbeatOffsetMs);
        return _hasServer || _hasHeartbeat;
    }

    private static bool IsPlausible(long utcMs)
    {
        return utcMs >= EarliestUtcMs && utcMs <= Bounds.UtcMs;
    }
}
