using Fleet.Wire;

namespace Fleet.Core;

/// <summary>The way to the gateway. It never blocks the tick and never throws.</summary>
public interface IUplink
{
    /// <summary>Whether the link is up.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// Hands over a message; the payload is copied before this returns. Answers its delivery number, above 0, which the
    /// host passes to <c>Controller.Delivered</c> once the broker has acknowledged it (QoS 1 kinds only), or 0 when the
    /// link is down or its queue is full.
    /// </summary>
    int Send(Kind kind, byte[] payload, int length);
}
