using System;
using System.Collections.Generic;
using Fleet.Drivers;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class Float32Tests
{
    public static IEnumerable<TheoryDataRow<float, int, long>> Floats() =>
    [
        new(0f, 1, 0), new(-0f, 1, 0), new(1f, 1, 1), new(-1f, 1000, -1000), new(0.5f, 1, 1), new(-0.5f, 1, -1), new(0.49f, 1, 0),
        new(3500.6f, 1, 3501), new(49.98f, 1000, 49_980), new(1234.5f, 1_000_000, 1_234_500_000), new(9_999_999f, 1_000_000, 9_999_999_000_000),
        new(float.Epsilon, 1_000_000, 0), new(1e-30f, 1_000_000, 0), new(16_777_216f, 1, 16_777_216), new(33_554_432f, 1, 33_554_432),
    ];

    [Theory]
    [MemberData(nameof(Floats))]
    public void Turns_singles_into_integers(float single, int scale, long expected)
    {
        Assert.True(Float32.TryScale(BitConverter.SingleToUInt32Bits(single), scale, out long value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void Agrees_with_floating_point_on_ordinary_singles()
    {
        Random chance = new(7);
        for (int i = 0; i < 10_000; i++)
        {
            float single = (float)((chance.NextDouble() - 0.5) * Math.Pow(10, chance.Next(0, 8)));
            Assert.True(Float32.TryScale(BitConverter.SingleToUInt32Bits(single), 1000, out long value));
            Assert.Equal((long)Math.Round(single * 1000.0, MidpointRounding.AwayFromZero), value);
        }
    }
}
