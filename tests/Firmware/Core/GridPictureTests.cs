using Fleet.Core;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>What meters tell of the grid.</summary>
public sealed class GridPictureTests
{
    [Fact]
    public void The_bus_of_a_meter_of_direct_current_is_no_grid()
    {
        Settings settings = FirmwareRig.Read($$"""
            {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"h","secret":"{{FirmwareRig.Secret}}","failSafeWatts":0,
             "meters":[{"driver":"ina228","i2c":"i2c","address":64},{"driver":"sdm72","serial":"rs485"}]}
            """);
        GridPicture grid = new();
        MeterReading reading = new() { HasVoltage = true, Millivolts = 48_000 };
        grid.Take(reading, settings.MeterList[0], 50_000);
        Assert.False(grid.HasVoltage);
        grid.Take(reading, settings.MeterList[1], 50_000);
        Assert.True(grid.HasVoltage);
    }
}
