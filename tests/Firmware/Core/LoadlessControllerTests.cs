using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>A controller with a meter and no loads: it measures a site's grid connection.</summary>
public sealed class LoadlessControllerTests
{
    [Fact]
    public void Reports_what_its_meter_reads_and_counts_its_energy()
    {
        var rig = new FirmwareRig(loads: [], meters: 1);
        rig.Meters[0].Watts = 42_000;
        rig.Run(3_601);
        var telemetry = rig.Uplink.Telemetries.Last();
        Assert.Equal((true, 42_000, 0), (telemetry.HasWatts, telemetry.Watts, telemetry.Faults));
        Assert.Equal(42_000_000, rig.Controller.RegisterMilliwattHours);
    }

    [Fact]
    public void Has_no_watts_when_its_meter_is_silent_rather_than_none()
    {
        var rig = new FirmwareRig(loads: [], meters: 1);
        rig.Meters[0].Watts = 42_000;
        rig.Run(30);
        rig.Meters[0].Answers = false;
        rig.Run(30);
        Assert.False(rig.Uplink.Telemetries.Last().HasWatts);
        Assert.Equal(Fault.MeterStale, rig.Uplink.Telemetries.Last().Faults);
    }

    [Fact]
    public void Accepts_a_setpoint_and_does_nothing_about_it()
    {
        var rig = new FirmwareRig(loads: [], meters: 1);
        rig.Meters[0].Watts = 42_000;
        rig.Command(1_000).Run(120);
        Assert.Equal(AckResult.Accepted, Assert.Single(rig.Uplink.Acks).Result); // and never achieved
        Assert.Equal((42_000, 0), (rig.Uplink.Telemetries.Last().Watts, rig.Controller.Faults));
    }
}
