using System;
using System.Threading.Tasks;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>What the gateway does with messages from controllers; the link calls it, the gateway implements it.</summary>
public interface IUplink
{
    /// <summary>
    /// Takes one message. <paramref name="payload"/> is the receiver's to keep. Messages of one controller arrive
    /// in order, one call at a time; the next may come before the task of the last has completed, unless that was at
    /// most once: then the controller's messages wait for it, which is how to slow it down. When
    /// <paramref name="atLeastOnce"/>, the controller is acknowledged only after the returned task completes, and keeps
    /// the message when the task fails; so complete it once the message is safe.
    /// A will (<c>hello</c> with <c>online:false</c>) arrives here like any other message.
    /// </summary>
    ValueTask ReceiveAsync(ControllerAddress from, Kind kind, ReadOnlyMemory<byte> payload, bool atLeastOnce);

    /// <summary>
    /// The controller's connection came up or went down. Must not block. A link that cannot see connections itself
    /// (an external broker) never calls it: the retained <c>hello</c> tells the same.
    /// </summary>
    void PresenceChanged(ControllerAddress controller, Presence presence);
}
