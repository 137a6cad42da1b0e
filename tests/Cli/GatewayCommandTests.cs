using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Cli;

/// <summary>The commands that ask a gateway, through the built program.</summary>
[Collection(nameof(GatewayAlone))]
public sealed class GatewayCommandTests(GatewayAlone alone)
{
    private readonly GatewayRig _rig = alone.Rig;

    [Fact]
    public async Task Sites_shows_a_line_for_every_site()
    {
        var (code, text) = await GatewayProgram.RunFleetAsync("sites", "--gateway", _rig.Url);
        Assert.Equal(0, code);
        var lines = text.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("site", lines[0]);
        Assert.Matches(@"^hill +13\.0 +\d+\.\d +12\.0 +-?\d+\.\d\d USD +0/2", lines[1]);
        Assert.Matches(@"^town +0\.6 ", lines[2]);
    }

    [Fact]
    public async Task Curtail_asks_and_shows_what_became_of_it()
    {
        var (code, text) = await GatewayProgram.RunFleetAsync(
            "curtail", "--gateway", _rig.Url, "--site", "town", "--watts", "650", "--minutes", "1.5", "--reason", "by hand", "--no-wait");
        Assert.Equal(0, code);
        Assert.Matches(@"^[0-9a-f]{32} (lowering|achieved): from 600 W, requested 650 W, achieved ", text);
        var made = await _rig.GetAsync<CurtailmentView>("curtailments/" + text.Split(' ')[0]);
        Assert.Equal(("by hand", 90.0), (made.Reason, (made.End - made.Start).TotalSeconds));
        await _rig.Http.DeleteAsync("/api/v1/curtailments/" + made.Id, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Curtail_ends_with_code_3_and_says_so_when_the_end_came_first()
    {
        var (code, text) = await GatewayProgram.RunFleetAsync("curtail", "--gateway", _rig.Url, "--site", "hill", "--watts", "1", "--minutes", "0.05");
        Assert.Equal(3, code);
        Assert.Contains("NOT ACHIEVED: it ended before power was at or below 1 W; the lowest measured was ", text);
        Assert.Contains("Every load was told to take nothing", text);
    }

    [Fact]
    public async Task Curtail_off_calls_it_off_and_says_how_the_load_comes_back()
    {
        var made = await _rig.CurtailAsync(new { site = "town", targetWatts = 300, durationSeconds = 600 });
        var (code, text) = await GatewayProgram.RunFleetAsync("curtail", "--gateway", _rig.Url, "--off", made.Id);
        Assert.Equal(0, code);
        Assert.StartsWith($"{made.Id} is called off.\nLoads come back as the plan wants them", text);
        Assert.Equal("Ended", (await _rig.GetAsync<CurtailmentView>("curtailments/" + made.Id)).State);
        Assert.Equal(1, (await GatewayProgram.RunFleetAsync("curtail", "--gateway", _rig.Url, "--off", made.Id)).ExitCode);
    }

    [Theory]
    [InlineData("There is no site 'nowhere'. The sites are: hill, town.", "--site", "nowhere", "--watts", "1")]
    [InlineData("Give either targetWatts or targetPercent.", "--site", "hill")]
    [InlineData("targetPercent is 120: give 0 to 100", "--percent", "120")]
    public async Task A_refusal_of_the_gateway_is_one_line_and_code_1(string why, params string[] arguments)
    {
        var (code, text) = await GatewayProgram.RunFleetAsync(["curtail", "--gateway", _rig.Url, .. arguments]);
        Assert.Equal(1, code);
        Assert.StartsWith(why, Assert.Single(text.Split('\n')));
    }

    [Theory]
    [InlineData("--watts is 'many': give a whole number", "--watts", "many")]
    [InlineData("--start is 'soon': give a time such as 2026-03-01T18:00:00Z", "--start", "soon")]
    [InlineData("--minutes is 'x': give a number such as 1.5", "--minutes", "x")]
    public async Task A_mistyped_value_is_told_in_a_users_words(string why, params string[] arguments)
    {
        var (code, text) = await GatewayProgram.RunFleetAsync(["curtail", "--gateway", _rig.Url, .. arguments]);
        Assert.Equal(1, code);
        Assert.Contains(why, text);
        Assert.DoesNotContain("System.", text);
    }

    [Fact]
    public async Task A_gateway_that_is_away_is_one_clear_line_and_code_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        taken.Stop();
        var (code, text) = await GatewayProgram.RunFleetAsync("sites", "--gateway", url);
        Assert.Equal(1, code);
        var line = Assert.Single(text.Split('\n'));
        Assert.StartsWith($"No gateway answers at {url}/: ", line);
        Assert.EndsWith("Is it running? Give --gateway URL.", line);
        Assert.DoesNotContain("   at ", text);
    }

    [Theory]
    [InlineData("localhost:5080")]
    [InlineData("nonsense")]
    public async Task A_gateway_that_is_no_URL_is_one_clear_line_and_code_1(string url)
    {
        var (code, text) = await GatewayProgram.RunFleetAsync("sites", "--gateway", url);
        Assert.Equal((1, $"--gateway is {url}: give a URL such as http://127.0.0.1:5080"), (code, text));
    }
}
