using System;
using System.Text;
using System.Threading.Channels;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

/// <summary>A gateway that notes what the link hands up, and stores as slowly or as badly as a test wants.</summary>
internal sealed class RecordingUplink : IUplink
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Channel<Received> _arrived = Channel.CreateUnbounded<Received>();
    private readonly Channel<(ControllerAddress, bool)> _presence = Channel.CreateUnbounded<(ControllerAddress, bool)>();

    public sealed record Received(ControllerAddress From, Kind Kind, string Payload, bool AtLeastOnce);

    /// <summary>What storing a message does; by default nothing.</summary>
    public Func<Received, ValueTask> Store { get; set; } = _ => ValueTask.CompletedTask;

    /// <summary>Whether nothing has arrived that was not asked for.</summary>
    public bool IsEmpty => _arrived.Reader.Count == 0;

    public async ValueTask ReceiveAsync(ControllerAddress from, Kind kind, ReadOnlyMemory<byte> payload, bool atLeastOnce)
    {
        var received = new Received(from, kind, Encoding.UTF8.GetString(payload.Span), atLeastOnce);
        _arrived.Writer.TryWrite(received);
        await Store(received);
    }

    public void PresenceChanged(ControllerAddress controller, Presence presence)
        => _presence.Writer.TryWrite((controller, presence.Connected));

    public Task<Received> NextAsync() => _arrived.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    public Task<(ControllerAddress Controller, bool Connected)> NextPresenceAsync()
        => _presence.Reader.ReadAsync().AsTask().WaitAsync(Patience);
}
