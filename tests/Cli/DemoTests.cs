using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Cli;

/// <summary><c>fleet demo</c>, as a person runs it.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-demo-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Starts_within_20_s_on_the_given_prices_ends_on_Ctrl_C_with_code_0_and_goes_on_where_it_ended()
    {
        var prices = GatewaySites.WritePrices(_folder.FullName, start => start.Hour);
        var began = TimeProvider.System.GetTimestamp();
        using var first = Demo("--prices", prices, "--speed", "60");
        using (var http = new HttpClient { BaseAddress = new Uri(await first.LineAsync("page")) })
        {
            Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 20);
            Assert.Contains("20 controllers on 3 sites, at 60 times", first.Text);
            var view = (await http.GetFromJsonAsync<PricesView>("/api/v1/prices", Cancel))!;
            Assert.Equal((false, "prices.csv"), (view.IsSample, view.Source));
            await GatewayWait.UntilAsync("every controller is heard", async () =>
                (await http.GetFromJsonAsync<SiteView[]>("/api/v1/sites", Cancel))!.All(site => site.SilentControllers == 0 && site.Watts > 0), () => first.Text);
        }
        Assert.Equal(0, await first.InterruptAsync());
        Assert.EndsWith("Ended.", first.Text);
        Assert.DoesNotContain("is gone", first.Text);
        var ended = DateTimeOffset.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "data", "demo-clock.txt"), Cancel));

        using var second = Demo("--prices", prices, "--speed", "60");
        await second.LineAsync("page");
        Assert.InRange(DateTimeOffset.Parse(await second.LineAsync("clock")), ended.AddSeconds(-1), ended.AddMinutes(30));
        Assert.Equal(0, await second.InterruptAsync());
    }

    [Theory]
    [InlineData("--speed is 0: give 1 to 600", "--speed", "0")]
    [InlineData("/nowhere.csv cannot be read", "--prices", "/nowhere.csv")]
    [InlineData("--port is 70000: give 0 to 65535", "--port", "70000")]
    [InlineData("/dev/null/data", "--data", "/dev/null/data")]
    public async Task What_cannot_be_meant_is_one_message_and_code_2(string why, params string[] arguments)
    {
        using var demo = arguments[0] == "--data" ? GatewayProgram.Fleet(["demo", .. arguments]) : Demo(arguments);
        Assert.Equal(2, await demo.EndAsync());
        Assert.Contains(why, demo.Text);
        Assert.DoesNotContain("   at ", demo.Text);
    }

    [Fact]
    public async Task Prices_of_another_time_come_up_beside_an_earlier_demo_in_a_folder_named_after_their_file()
    {
        var prices = GatewaySites.WritePrices(_folder.FullName, start => start.Hour);
        await StartsInAsync("demo");
        await StartsInAsync("prices", "--prices", prices, "--start", "2026-03-02T06:00:00Z");
        await StartsInAsync("prices", "--prices", prices);

        using var back = GatewayProgram.FleetIn(_folder.FullName, "demo", "--port", "0", "--prices", prices, "--start", "2026-03-02T06:00:00Z");
        Assert.Equal(2, await back.EndAsync());
        Assert.Contains("leave --start out to go on from there, give a later one, or another --data folder", back.Text);
    }

    [Fact]
    public async Task A_refused_start_leaves_no_folder_behind()
    {
        var prices = Path.Combine(_folder.FullName, "bad.csv");
        await File.WriteAllTextAsync(prices, "start_utc,price,currency_per_mwh\ntomorrow,1,EUR\n", Cancel);
        using var demo = Demo("--prices", prices);
        Assert.Equal(2, await demo.EndAsync());
        Assert.False(Directory.Exists(Path.Combine(_folder.FullName, "data")));
    }

    [Fact]
    public async Task A_taken_port_is_one_message_and_code_2()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString();
        using var demo = Demo("--port", port);
        Assert.Equal(2, await demo.EndAsync());
        Assert.Contains($"\n  --port {port}: ", demo.Text);
        Assert.DoesNotContain("   at ", demo.Text);
    }

    private async Task StartsInAsync(string folder, params string[] arguments)
    {
        using var demo = GatewayProgram.FleetIn(_folder.FullName, ["demo", "--port", "0", .. arguments]);
        await demo.LineAsync("page");
        Assert.Equal(0, await demo.InterruptAsync());
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "data", folder, "demo-clock.txt")), demo.Text);
    }

    private GatewayProgram Demo(params string[] arguments) => GatewayProgram.Fleet(
        ["demo", "--data", Path.Combine(_folder.FullName, "data"), .. arguments.Contains("--port") ? [] : new[] { "--port", "0" }, .. arguments]);
}
