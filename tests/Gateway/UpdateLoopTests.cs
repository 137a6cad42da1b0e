using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Fleet.Virtual;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Gateway;

/// <summary>New firmware from the command line to a controller and back: gateway, broker and real firmware, three minutes a second.</summary>
[Collection(nameof(FastClocks))]
public sealed class UpdateLoopTests
{
    private const string Update = "sites/hill/controllers/c1/update";

    [Fact]
    public async Task A_good_image_runs_and_is_confirmed_after_an_hour_and_a_bad_one_returns()
    {
        await using var rig = await GatewayRig.StartWithWorldAsync(speed: 200, _ => 20m);
        var controller = rig.World.Controllers[("hill", "c1")];
        var (core, program) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            await File.WriteAllBytesAsync(core, new VirtualImage("0.2.0").ToBytes(1_999), TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(program, DeviceAssembly.Of(1_000), TestContext.Current.CancellationToken);
            var (code, text) = await GatewayProgram.RunFleetAsync(
                "update", "hill", "c1", "--image", core, program, "--version", "0.2.0", "--gateway", rig.Url);
            Assert.True(code == 0, text);
            Assert.Contains("hill/c1 runs 0.2.0 on trial", text);
        }
        finally
        {
            File.Delete(core);
            File.Delete(program);
        }
        Assert.Equal(3_000, (await rig.GetAsync<UpdateView>(Update)).ImageBytes);
        Assert.Equal("0.2.0", controller.Firmware);
        Assert.Equal(Fault.UpdateOnTrial, controller.Faults & Fault.UpdateOnTrial);
        await rig.UntilAsync("it is confirmed", async () => (await rig.GetAsync<UpdateView>(Update)).State == "Confirmed");
        Assert.Equal(0, controller.Faults & Fault.UpdateOnTrial);

        await PutAsync(rig, "0.3.0", new VirtualImage("0.3.0", CrashAfterMinutes: 10).ToBytes(2_000));
        await rig.UntilAsync("it has returned", async () => (await rig.GetAsync<UpdateView>(Update)).State == "Returned");
        Assert.Equal("0.2.0", controller.Firmware);
        var detail = await rig.GetAsync<SiteDetail>("sites/hill");
        var shown = detail.Controllers.Single(one => one.Id == "c1");
        Assert.Equal("0.2.0", shown.Firmware);
        Assert.Contains("update-returned", shown.Faults);

        await PutAsync(rig, "0.4.0", DeviceAssembly.Of(500));
        await rig.UntilAsync("it has returned", async () => await rig.GetAsync<UpdateView>(Update) is { Version: "0.4.0", State: "Returned" });
        Assert.Equal("0.2.0", controller.Firmware);
        await controller.PowerOffAsync();
        await controller.PowerOnAsync();
        Assert.Equal("0.2.0", controller.Firmware);
        await AuditTellsAllAsync(rig);
    }

    private static async Task AuditTellsAllAsync(GatewayRig rig)
    {
        var lines = await rig.Store.Audit.RangeAsync(0, long.MaxValue, TestContext.Current.CancellationToken);
        var told = lines.Reverse().Where(line => line.What.StartsWith("update")).Select(line => $"{line.Who}: {line.What.Split(',')[0]}");
        Assert.Equal(
            ["operator: update hill/c1 to 0.2.0", "gateway: update of hill/c1 to 0.2.0 confirmed", "operator: update hill/c1 to 0.3.0",
                "gateway: update of hill/c1 to 0.3.0 returned", "operator: update hill/c1 to 0.4.0", "gateway: update of hill/c1 to 0.4.0 returned"],
            told);
    }

    [Fact]
    public async Task Three_crashes_begin_a_minimal_mode_that_the_page_shows_and_a_healthy_hour_ends()
    {
        await using var rig = await GatewayRig.StartWithWorldAsync(speed: 200, _ => 20m);
        var controller = rig.World.Controllers[("hill", "c1")];
        for (var i = 0; i < 3; i++)
            await controller.CrashAsync();
        await rig.UntilAsync("the gateway shows it", async () =>
            (await rig.GetAsync<SiteDetail>("sites/hill")).Controllers.Single(one => one.Id == "c1").Faults.Contains("minimal-mode"));
        await rig.UntilAsync("a healthy hour has ended it", () => controller.Faults == 0);
    }

    private static async Task PutAsync(GatewayRig rig, string version, byte[] image)
    {
        using var content = new ByteArrayContent(image);
        using var answer = await rig.Http.PutAsync($"/api/v1/{Update}?version={version}", content, TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
