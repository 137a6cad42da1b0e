using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>A link for tests of the firmware's core that keeps what it was given, by number, and reads it back as messages.</summary>
public sealed class FirmwareUplink : IUplink
{
    public bool IsConnected { get; set; } = true;

    /// <summary>How many messages it still takes.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Thrown by every send, when set.</summary>
    public bool Throws { get; set; }

    public bool Remembers { get; set; } = true;

    /// <summary>Messages taken so far, which is also the number of the newest.</summary>
    public int Sends { get; private set; }

    public List<(int Number, Kind Kind, byte[] Payload)> Sent { get; } = [];

    public int Send(Kind kind, byte[] payload, int length)
    {
        if (Throws)
            throw new InvalidOperationException("the link is on fire");
        if (length <= 0)
            Assert.Fail($"a {kind} that could not be written");
        if (!IsConnected || Room == 0)
            return 0;
        Room--;
        Sends++;
        if (Remembers)
            Sent.Add((Sends, kind, payload.AsSpan(0, length).ToArray()));
        return Sends;
    }

    public IReadOnlyList<Kind> Kinds => Sent.Select(sent => sent.Kind).ToList();

    public IReadOnlyList<Ack> Acks => All<Ack>(Kind.Ack);

    public IReadOnlyList<ControllerEvent> Events => All<ControllerEvent>(Kind.Event);

    public IReadOnlyList<Telemetry> Telemetries => All<Telemetry>(Kind.Telemetry);

    public IReadOnlyList<EnergyRecord> Records => All<EnergyRecord>(Kind.Energy);

    public IReadOnlyList<Hello> Hellos => All<Hello>(Kind.Hello);

    private List<T> All<T>(Kind kind) where T : Message, new() => Sent.Where(sent => sent.Kind == kind).Select(sent =>
    {
        T message = new();
        Assert.True(message.TryRead(sent.Payload, sent.Payload.Length, out string reason), $"{reason} in {Encoding.UTF8.GetString(sent.Payload)}");
        return message;
    }).ToList();
}
