using System;
using System.Linq;
using CsCheck;
using Fleet.Gateway.Signals;
using Xunit;

namespace Fleet.Tests.Gateway.Signals;

public sealed class TimelineTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Cap> AnyCap = Gen.Select(
        Gen.Int[0, 9], Gen.Int[0, 5], Gen.Int[0, 20], Gen.Int[1, 20],
        (name, watts, start, length) => new Cap($"dr-{name}-{watts}-{start}-{length}", watts * 1_000, Noon.AddMinutes(start), Noon.AddMinutes(start + length), "test"));

    [Fact]
    public void The_order_of_arrival_never_matters() => GenExtensions.get_Array(AnyCap)[0, 12].SelectMany(caps => Gen.Shuffle(caps).Select(other => (caps, other))).Sample(both =>
    {
        var (one, other) = (new Timeline(both.caps), new Timeline(both.other));
        for (var minute = -1; minute <= 41; minute++)
            Assert.Equal(one.At(Noon.AddMinutes(minute)), other.At(Noon.AddMinutes(minute)));
    });

    [Fact]
    public void The_lowest_cap_in_force_binds_at_every_instant() => Gen.Select(GenExtensions.get_Array(AnyCap)[0, 12], Gen.Int[-1, 41]).Sample((caps, minute) =>
    {
        var at = Noon.AddMinutes(minute);
        var inForce = caps.Where(cap => cap.Start <= at && at < cap.End).ToArray();
        var binding = new Timeline(caps).At(at);
        Assert.Equal(inForce.Length == 0 ? null : inForce.Min(cap => cap.Watts), binding?.Watts);
        Assert.True(binding is null || inForce.Contains(binding));
    });

    [Fact]
    public void Over_an_interval_the_lowest_of_all_its_instants_binds() => Gen.Select(GenExtensions.get_Array(AnyCap)[0, 12], Gen.Int[-1, 41], Gen.Int[1, 15]).Sample((caps, minute, length) =>
    {
        var timeline = new Timeline(caps);
        var lowest = Enumerable.Range(minute, length).Select(at => timeline.At(Noon.AddMinutes(at))?.Watts).Min();
        Assert.Equal(lowest, timeline.LowestIn(Noon.AddMinutes(minute), Noon.AddMinutes(minute + length))?.Watts);
    });

    [Fact]
    public void A_cap_begins_with_its_start_and_is_over_at_its_end()
    {
        var timeline = new Timeline([new Cap("dr-1", 0, Noon, Noon.AddMinutes(15), "test")]);
        Assert.Null(timeline.At(Noon.AddTicks(-1)));
        Assert.Equal(0, timeline.At(Noon)!.Watts);
        Assert.NotNull(timeline.At(Noon.AddMinutes(15).AddTicks(-1)));
        Assert.Null(timeline.At(Noon.AddMinutes(15)));
        Assert.Null(timeline.LowestIn(Noon.AddMinutes(15), Noon.AddMinutes(30)));
    }
}
