using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Virtual;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

[Collection(nameof(Harness.FastClocks))]
public sealed class VirtualControllerTests
{
    [Fact]
    public async Task Presents_itself_and_holds_its_fail_safe_limit_before_anybody_speaks()
    {
        await using var rig = await VirtualRig.StartAsync();

        Assert.Contains("\"name\":\"s21-1\"", await rig.Arrival(Kind.Hello, "\"online\":true"));
        await rig.Until(() => rig.Watts <= VirtualRig.FailSafeWatts + VirtualRig.NoiseWatts, "the plant is at the fail-safe limit");

        Assert.Equal(ControllerState.FailSafe, rig.Controller.State);
        Assert.Equal(PlantState.Running, rig.Model.State);
    }

    [Fact]
    public async Task A_setpoint_moves_the_watts_of_the_plant_and_what_it_did_is_told()
    {
        await using var rig = await VirtualRig.StartAsync();

        await rig.CommandAsync("up", 3_400);
        await rig.Until(() => rig.Watts > 3_300, "the plant has risen");
        await rig.CommandAsync("down", 1_700);
        await rig.Until(() => rig.Watts <= 1_700 + VirtualRig.NoiseWatts, "the plant has fallen");

        await rig.Until(() => rig.All(Kind.Ack).Any(ack => ack.Contains("\"id\":\"down\"") && ack.Contains("\"result\":2")), "it is told as achieved");
        await rig.Arrival(Kind.Telemetry, "\"setpoint\":\"down\"");
        Assert.Contains("\"quality\":0", await rig.Arrival(Kind.Energy, "\"seq\":2,"));
    }

    [Fact]
    public async Task Without_a_broker_it_falls_back_and_with_one_it_recovers()
    {
        await using var rig = await VirtualRig.StartAsync();
        await rig.CommandAsync("first", 3_400);
        await rig.Until(() => rig.Watts > 3_300, "the plant has risen");

        await rig.StopBrokerAsync();
        await rig.Until(() => rig.Controller.State == ControllerState.FailSafe, "it acts by itself");
        await rig.Until(() => rig.Watts <= VirtualRig.FailSafeWatts + VirtualRig.NoiseWatts, "the plant is at the fail-safe limit");
        Assert.False(rig.Controller.IsConnected);

        await rig.RestartBrokerAsync();
        await rig.CommandAsync("second", 3_000);
        await rig.Until(() => rig.Watts > 2_900, "the plant has risen again");
        Assert.Contains("\"linkLosses\":0", rig.All(Kind.Telemetry)[0]);
        await rig.Arrival(Kind.Telemetry, "\"linkLosses\":1");
    }

    [Fact]
    public async Task After_a_power_cut_it_is_another_boot_and_its_register_goes_on()
    {
        await using var rig = await VirtualRig.StartAsync();
        await rig.Arrival(Kind.Energy, "\"seq\":3,");
        var (boot, register) = (rig.Controller.BootId!.Value, rig.Controller.RegisterMilliwattHours!.Value);

        await rig.Controller.PowerOffAsync();
        await rig.Arrival(Kind.Hello, $"\"online\":false,\"boot\":{boot}");
        Assert.Null(rig.Controller.State);
        await rig.Controller.PowerOnAsync();
        await rig.Until(() => rig.Controller.BootId is { } next && rig.Has(Kind.Energy, $"\"boot\":{next},\"seq\":1,"), "it sends records again");

        Assert.True(rig.Controller.BootId > boot);
        // A cut forgets at most the interval that was open.
        const long MostOfAnInterval = 3_500_000 / 60 * 2;
        Assert.True(rig.Controller.RegisterMilliwattHours >= register - MostOfAnInterval, "the register began anew");
    }

    [Fact]
    public async Task A_signed_command_reboots_it()
    {
        await using var rig = await VirtualRig.StartAsync();
        await rig.CommandAsync("first", 3_000);
        var boot = rig.Controller.BootId;

        rig.Send(new Command { Id = "again", Action = CommandAction.Reboot, Argument = "" }, Kind.Command);

        await rig.Until(() => rig.Controller.BootId is { } next && next > boot, "it boots");
        await rig.Arrival(Kind.Hello, $"\"boot\":{boot},\"bootReason\":0");
        await rig.Arrival(Kind.Hello, $"\"boot\":{rig.Controller.BootId},\"bootReason\":1");
    }

    [Fact]
    public async Task What_the_gateway_could_not_store_is_sent_again()
    {
        await using var rig = await VirtualRig.StartAsync();
        var refusals = 0;
        rig.Store = kind =>
        {
            if (kind == Kind.Energy && refusals++ < 3)
                throw new IOException("the disk is full");
        };

        await rig.Arrival(Kind.Energy, "\"seq\":1,");

        Assert.True(refusals > 3);
    }

    [Fact]
    public async Task With_a_wrong_password_it_stays_away_says_why_and_stays_safe()
    {
        await using var rig = await VirtualRig.StartAsync(secret: new string('a', 64));

        await rig.Until(() => rig.Controller.LinkProblem.Contains("BadUserNameOrPassword"), "it says why");
        await rig.Until(() => rig.Watts <= VirtualRig.FailSafeWatts + VirtualRig.NoiseWatts, "the plant is at the fail-safe limit");

        Assert.False(rig.Controller.IsConnected);
    }

    [Theory]
    [InlineData("\"failSafeWatts\":1000,\"failsafe\":1", "failsafe")]
    [InlineData("\"failSafeWatts\":1000,\"loads\":[{\"name\":\"a\",\"driver\":\"luxor\",\"maxWatts\":9}]", "driver \"luxor\" is unknown")]
    [InlineData("\"failSafeWatts\":1000,\"loads\":[{\"name\":\"a\",\"driver\":\"relay\",\"output\":\"r9\",\"maxWatts\":9}]", "no output \"r9\"")]
    public void A_settings_file_it_cannot_use_is_refused_with_the_reason(string options, string reason)
    {
        var folder = Directory.CreateTempSubdirectory("fleet-virtual-");
        var clock = new SpeedClock(1, DateTimeOffset.UnixEpoch);
        var json = $$"""{"site":"hill","controller":"c-1","board":"virtual","brokerHost":"x","secret":"{{new string('0', 64)}}",{{options}}}""";

        var refused = Assert.Throws<FormatException>(() => new VirtualController(json, new VirtualBoard(new TcpDialer(clock)), new SlotStore(new FolderFiles(folder.FullName))));

        Assert.Contains(reason, refused.Message);
        folder.Delete(recursive: true);
    }
}
