using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>Writes the gateway's decisions on the wire: numbered, signed with the controller's own key, expiring.</summary>
public sealed class CommandSender : ICommandSink
{
    // A command that has not been delivered for this long is no longer wanted: the dispatch sends a newer one.
    private static readonly TimeSpan DeliverWithin = TimeSpan.FromSeconds(120);

    // Prices are left out in pieces of an hour, until the rest fit.
    private const int PricesLeftOut = 4;

    private static readonly ThreadLocal<byte[]> Buffers = new(() => new byte[Bounds.DownBytes]);

    private readonly ILink _link;
    private readonly Func<ControllerAddress, long?> _nextSequence;
    private readonly Func<ControllerAddress, byte[]?> _commandKey;
    private readonly ConcurrentDictionary<ControllerAddress, Recipient> _recipients = new();

    /// <summary>A sender over a link.</summary>
    /// <param name="link">The link.</param>
    /// <param name="nextSequence">The next command number of a controller, which never repeats, whatever restarts; null when none is at hand.</param>
    /// <param name="commandKey">The key that signs a controller's commands; null when the controller is unknown.</param>
    public CommandSender(ILink link, Func<ControllerAddress, long?> nextSequence, Func<ControllerAddress, byte[]?> commandKey)
    {
        _link = link;
        _nextSequence = nextSequence;
        _commandKey = commandKey;
    }

    /// <inheritdoc/>
    public long? Send(SetpointCommand command, DateTimeOffset now)
    {
        if (RecipientOf(command.To) is not { } to || _nextSequence(command.To) is not { } sequence)
            return null;
        var setpoint = new Setpoint
        {
            Id = command.Id,
            Sequence = sequence,
            BootId = command.BootId,
            IssuedUtcMs = now.ToUnixTimeMilliseconds(),
            LimitWatts = command.LimitWatts,
            LoadWatts = command.LoadWatts,
            RampWattsPerSecond = command.RampWattsPerSecond,
            ValidSeconds = (int)command.Validity.TotalSeconds,
            Reason = Shortened(command.Reason),
        };
        return Send(command.To, Kind.Setpoint, buffer => setpoint.WriteSigned(buffer, to.SetpointTopic, to.Key)) ? sequence : null;
    }

    /// <inheritdoc/>
    public long? Send(ScheduleCommand command, DateTimeOffset now)
    {
        if (RecipientOf(command.To) is not { } to || _nextSequence(command.To) is not { } sequence)
            return null;
        var schedule = new Schedule
        {
            Id = command.Id,
            Sequence = sequence,
            BootId = command.BootId,
            IssuedUtcMs = now.ToUnixTimeMilliseconds(),
            StartUtcMs = command.Start.ToUnixTimeMilliseconds(),
            SlotSeconds = (int)command.SlotLength.TotalSeconds,
            LimitWatts = command.LimitWatts,
        };
        return Send(command.To, Kind.Schedule, buffer => WritePriced(schedule, command.Prices, buffer, to)) ? sequence : null;
    }

    /// <inheritdoc/>
    public long? Send(ImageCommand command, DateTimeOffset now)
    {
        if (RecipientOf(command.To) is not { } to || _nextSequence(command.To) is not { } sequence)
            return null;
        var part = new ImagePart
        {
            Id = command.Id,
            Sequence = sequence,
            BootId = command.BootId,
            IssuedUtcMs = now.ToUnixTimeMilliseconds(),
            ImageBytes = command.ImageBytes,
            Sha256 = command.Sha256,
            Offset = command.Offset,
            Content = Convert.ToHexStringLower(command.Content.Span),
        };
        return Send(command.To, Kind.Image, buffer => part.WriteSigned(buffer, TopicOf(command.To, Kind.Image), to.Key)) ? sequence : null;
    }

    /// <inheritdoc/>
    public long? Send(UpdateCommand command, DateTimeOffset now)
    {
        if (RecipientOf(command.To) is not { } to || _nextSequence(command.To) is not { } sequence)
            return null;
        var update = new Command
        {
            Id = command.Id,
            Sequence = sequence,
            BootId = command.BootId,
            IssuedUtcMs = now.ToUnixTimeMilliseconds(),
            Action = CommandAction.Update,
            Argument = command.Sha256,
        };
        return Send(command.To, Kind.Command, buffer => update.WriteSigned(buffer, TopicOf(command.To, Kind.Command), to.Key)) ? sequence : null;
    }

    /// <inheritdoc/>
    public void Beat(string site, long epoch, DateTimeOffset now)
    {
        var heartbeat = new Heartbeat { UtcMs = now.ToUnixTimeMilliseconds(), Epoch = epoch };
        var buffer = new byte[128];
        _link.Broadcast(site, buffer.AsMemory(0, heartbeat.Write(buffer)));
    }

    // With as many prices as fit, the next hours' first: the limits are the authority, and are all there.
    private static int WritePriced(Schedule schedule, SchedulePrices? prices, byte[] buffer, Recipient to)
    {
        var count = prices is { HashpriceMicros: >= 0 and <= Bounds.HashpriceMicros } ? Math.Min(prices.PerMegawattHour.Length, schedule.LimitWatts.Length) : 0;
        for (; ; count = Math.Max(0, count - PricesLeftOut))
        {
            schedule.HasHashprice = count > 0;
            schedule.HashpriceMicros = count > 0 ? prices!.HashpriceMicros : 0;
            schedule.PricePerMegawattHour =
                [.. (prices?.PerMegawattHour ?? []).Take(count).Select(price => Math.Clamp(price, -Bounds.PricePerMegawattHour, Bounds.PricePerMegawattHour))];
            var length = schedule.WriteSigned(buffer, to.ScheduleTopic, to.Key);
            if (length > 0 || count == 0)
                return length;
        }
    }

    private bool Send(ControllerAddress to, Kind kind, Func<byte[], int> write)
    {
        var buffer = Buffers.Value!;
        var length = write(buffer);
        if (length == 0)
            throw new InvalidOperationException($"A {Topics.NameOf(kind)} for {to} does not fit into {Bounds.DownBytes} bytes.");
        return _link.Send(to, kind, buffer.AsSpan(0, length).ToArray(), DeliverWithin);
    }

    private Recipient? RecipientOf(ControllerAddress to)
    {
        if (_recipients.TryGetValue(to, out var known))
            return known;
        if (_commandKey(to) is not { } key)
            return null;
        return _recipients.GetOrAdd(to, new Recipient(
            key, TopicOf(to, Kind.Setpoint), TopicOf(to, Kind.Schedule)));
    }

    private static string TopicOf(ControllerAddress to, Kind kind) => Topics.Of(to.Site, to.Controller, kind);

    private static string Shortened(string reason)
    {
        if (reason.Length <= Bounds.ReasonLength)
            return reason;
        return reason[..(char.IsHighSurrogate(reason[Bounds.ReasonLength - 1]) ? Bounds.ReasonLength - 1 : Bounds.ReasonLength)];
    }

    private sealed record Recipient(byte[] Key, string SetpointTopic, string ScheduleTopic);
}
