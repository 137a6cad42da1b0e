using System;
using System.Threading;

namespace Fleet.Gateway;

/// <summary>
/// The clock that sites, plans and records go by. A type of its own, because what the gateway stands on (Orleans, the
/// web server) must go on by the machine's clock when the gateway's is a simulated one.
/// </summary>
public sealed class GatewayTime(TimeProvider time) : TimeProvider
{
    /// <inheritdoc/>
    public override long TimestampFrequency => time.TimestampFrequency;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    /// <inheritdoc/>
    public override long GetTimestamp() => time.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        time.CreateTimer(callback, state, dueTime, period);
}
