using System;
using System.Buffers;
using System.Collections.Generic;

namespace Fleet.Virtual.Plant;

/// <summary>Whether and how a device is there at the other end of a connection.</summary>
public enum Presence
{
    /// <summary>Answers.</summary>
    Up,

    /// <summary>Its network is up, its program is not: connections are refused.</summary>
    Refusing,

    /// <summary>No power or hung: connections stay without an answer.</summary>
    Mute,
}

/// <summary>What is wrong with the connection to a device, however well the device itself is.</summary>
public enum LineFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Takes requests, never answers.</summary>
    Silent,

    /// <summary>Answers with as many random bytes.</summary>
    Garbage,

    /// <summary>Answers one byte at a time.</summary>
    Slow,

    /// <summary>Answers half, then closes.</summary>
    Partial,

    /// <summary>Resets every connection.</summary>
    Refused,

    /// <summary>Answers with JSON broken as <see cref="VirtualDevice.Malformed"/> says.</summary>
    Malformed,
}

/// <summary>A device's protocol: opens a conversation for each connection, and is the place to inject line faults.</summary>
public abstract class VirtualDevice
{
    /// <summary>The line fault in force for every connection.</summary>
    public LineFault Fault { get; set; }

    /// <summary>How JSON is broken while <see cref="Fault"/> is <see cref="LineFault.Malformed"/>.</summary>
    public MalformedJson Malformed { get; set; }

    /// <summary>Whether it answers now.</summary>
    public abstract Presence Presence { get; }

    /// <summary>Changes when the device boots: conversations do not survive that.</summary>
    public abstract long BootId { get; }

    /// <summary>Opens the device's side of a new connection.</summary>
    public abstract Conversation Open();

    /// <summary>The JSON to send: as written, or broken while that fault is in force.</summary>
    protected byte[] Send(ReadOnlySpan<byte> json) =>
        Fault is LineFault.Malformed ? Malformed.Break(json) : json.ToArray();
}

/// <summary>A device that is one simulated load, whose truth is <see cref="Model"/>.</summary>
public abstract class LoadDevice(PlantModel model) : VirtualDevice
{
    public PlantModel Model { get; } = model;

    /// <summary>What its own program keeps for good besides the model's limit: numbers in an order of its own; most keep nothing.</summary>
    public virtual IReadOnlyList<double> Settings { get => []; set { } }

    public override long BootId => Model.BootId;

    public override Presence Presence => Model.State switch
    {
        PlantState.Dark or PlantState.Crashed => Presence.Mute,
        PlantState.Booting => Presence.Refusing,
        _ => Presence.Up,
    };
}

/// <summary>The device's side of one connection: bytes in, bytes out, no I/O.</summary>
public abstract class Conversation
{
    /// <summary>Takes bytes as they arrive, in pieces of any size, and appends any answer to <paramref name="reply"/>.</summary>
    /// <returns>False when the device closes the connection after the answer.</returns>
    public abstract bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply);
}
