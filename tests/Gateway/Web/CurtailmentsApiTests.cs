using System;
using System.Linq;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Dispatch;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Web;

[Collection(nameof(GatewayAlone))]
public sealed class CurtailmentsApiTests(GatewayAlone alone)
{
    private readonly GatewayRig _rig = alone.Rig;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_curtailment_is_made_found_listed_and_called_off()
    {
        using var made = await _rig.Http.PostAsJsonAsync("/api/v1/curtailments", new { site = "town", targetWatts = 300, durationSeconds = 600, reason = "grid request" }, Cancel);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var view = (await made.Content.ReadFromJsonAsync<CurtailmentView>(Cancel))!;
        Assert.Equal($"/api/v1/curtailments/{view.Id}", made.Headers.Location!.ToString());
        Assert.Equal(("grid request", 300, 600.0), (view.Reason, view.RequestedWatts, (view.End - view.Start).TotalSeconds));
        Assert.Equal("town", Assert.Single(view.Sites).Site);

        var found = await _rig.GetAsync<CurtailmentView>("curtailments/" + view.Id);
        Assert.Equal((view.Id, view.Start, view.End), (found.Id, found.Start, found.End));
        Assert.Contains(await _rig.GetAsync<CurtailmentView[]>("curtailments"), one => one.Id == view.Id);
        Assert.Equal(300, (await _rig.GetAsync<SiteDetail>("sites/town")).Site.CapWatts);

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(view.Id));
        Assert.Equal("Ended", (await _rig.GetAsync<CurtailmentView>("curtailments/" + view.Id)).State);
        Assert.Null((await _rig.GetAsync<SiteDetail>("sites/town")).Site.CapWatts);
        using var again = await _rig.Http.DeleteAsync("/api/v1/curtailments/" + view.Id, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Contains("is over", await again.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task One_for_later_waits_and_one_for_the_portfolio_is_divided_by_worth()
    {
        var start = GatewaySites.Begin.AddHours(3);
        var view = await _rig.CurtailAsync(new { targetWatts = 4_000, start, durationSeconds = 900 });
        Assert.Equal(("Waiting", start, start.AddSeconds(900)), (view.State, view.Start, view.End));
        Assert.Equal(["hill", "town"], view.Sites.Select(part => part.Site));
        Assert.True(view.RequestedWatts <= Math.Max(4_000, _rig.Part<SiteHosts>().All.Sum(host => host.Look(dispatch => dispatch.ReservedWatts))));
        await DeleteAsync(view.Id);
    }

    [Fact]
    public async Task A_start_that_lies_back_does_not_make_it_longer()
    {
        var view = await _rig.CurtailAsync(new { site = "town", targetWatts = 500, start = GatewaySites.Begin.AddMinutes(-10), durationSeconds = 3_600 });
        Assert.Equal(GatewaySites.Begin.AddMinutes(50), view.End);
        Assert.True(view.Start >= GatewaySites.Begin);
        await DeleteAsync(view.Id);
    }

    [Theory]
    [InlineData("""{"durationSeconds":60}""", "Give either targetWatts or targetPercent.")]
    [InlineData("""{"targetWatts":1,"targetPercent":1,"durationSeconds":60}""", "Give either targetWatts or targetPercent.")]
    [InlineData("""{"targetWatts":-1,"durationSeconds":60}""", "targetWatts is -1: give 0 or more.")]
    [InlineData("""{"targetPercent":101,"durationSeconds":60}""", "targetPercent is 101: give 0 to 100")]
    [InlineData("""{"targetPercent":-5,"durationSeconds":60}""", "targetPercent is -5: give 0 to 100")]
    [InlineData("""{"targetWatts":1}""", "durationSeconds is absent: give 1 to 604800.")]
    [InlineData("""{"targetWatts":1,"durationSeconds":0}""", "durationSeconds is 0: give 1 to 604800.")]
    [InlineData("""{"targetWatts":1,"durationSeconds":604801}""", "durationSeconds is 604801: give 1 to 604800.")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"start":"2026-03-02T11:00:00Z"}""", "start and duration lie in the past: it is 2026-03-02 12:0")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"start":"9999-12-31T23:59:59Z"}""", "start is 9999-12-31 23:59:59Z: give at most 366 days from now")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"reason":"two\nlines"}""", "reason has a line break")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"targetWats":2}""", "$.targetWats")]
    [InlineData("""{"targetWatts":"many","durationSeconds":60}""", "$.targetWatts")]
    [InlineData("""{"targetWatts":99999999999,"durationSeconds":60}""", "$.targetWatts")]
    [InlineData("""{"targetWatts":1.5,"durationSeconds":60}""", "$.targetWatts")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"start":"tomorrow"}""", "$.start")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"reason":"\ud83d"}""", "$.reason")]
    [InlineData("""{"targetWatts":1,""", "cannot be understood")]
    [InlineData("""[]""", "cannot be understood")]
    [InlineData("null", "The body is missing: send a JSON object.")]
    [InlineData("", "The body is missing: send a JSON object.")]
    [InlineData("""{"targetWatts":1,"targetWatts":9000,"durationSeconds":60}""", "comes twice")]
    [InlineData("""{"targetWatts":1,"TargetWatts":9000,"durationSeconds":60}""", "comes twice")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"start":"2026-03-02T12:30:00"}""", "Times end in Z or an offset")]
    [InlineData("""{"targetWatts":1,"durationSeconds":60,"start":"0001-01-01T00:00:00+14:00"}""", "$.start")]
    public async Task What_cannot_be_meant_is_refused_with_what_where_and_what_to_do(string json, string why)
    {
        var (status, media, problem) = await _rig.PostTextAsync("curtailments", json);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (status, media));
        Assert.Contains(why, (string?)problem["detail"]);
        Assert.NotEqual("", (string?)problem["detail"]);
    }

    [Fact]
    public async Task A_reason_of_121_characters_is_refused_and_one_of_120_is_taken()
    {
        var (status, _, problem) = await _rig.PostTextAsync("curtailments", $$"""{"targetWatts":1,"durationSeconds":60,"reason":"{{new string('x', 121)}}"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "reason has 121 characters: give at most 120."), (status, (string?)problem["detail"]));
        await DeleteAsync((await _rig.CurtailAsync(new { site = "town", targetWatts = 1, durationSeconds = 60, reason = new string('x', 120) })).Id);
    }

    [Fact]
    public async Task An_unknown_site_or_curtailment_is_not_found()
    {
        var (status, _, problem) = await _rig.PostTextAsync("curtailments", """{"site":"nowhere","targetWatts":1,"durationSeconds":60}""");
        Assert.Equal((HttpStatusCode.NotFound, "There is no site 'nowhere'. The sites are: hill, town."), (status, (string?)problem["detail"]));
        using var answer = await _rig.Http.GetAsync("/api/v1/curtailments/none", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("'none'", (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["detail"]);
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync("none"));
    }

    [Fact]
    public async Task More_than_a_site_can_oversee_is_refused_and_binds_nowhere()
    {
        await using var rig = await GatewayRig.StartAloneAsync();
        var town = rig.Part<SiteHosts>().Find("town")!;
        for (var i = 0; i < Curtailments.Most; i++)
            town.Restore(new CurtailmentCourse(new($"dr-{i}", "town", 500, null, GatewaySites.Begin.AddDays(1), GatewaySites.Begin.AddDays(2), "test", "test", GatewaySites.Begin), CurtailmentState.Waiting, null, 500, null, 0, null));
        var (status, media, problem) = await rig.PostTextAsync("curtailments", """{"targetPercent":50,"durationSeconds":60}""");
        Assert.Equal((HttpStatusCode.Conflict, "application/problem+json"), (status, media));
        Assert.Equal("town already has 256 curtailments waiting or running: cancel some first", (string?)problem["detail"]);
        Assert.Null((await rig.GetAsync<SiteDetail>("sites/hill")).Site.CapWatts);
        Assert.Empty(await rig.Store.Signals.EndingAfterAsync(0, Cancel));
    }

    [Fact]
    public async Task A_gateway_without_sites_takes_none_up()
    {
        await using var rig = await GatewayRig.StartAloneAsync(sites: []);
        var (status, _, problem) = await rig.PostTextAsync("curtailments", """{"targetPercent":50,"durationSeconds":60}""");
        Assert.Equal((HttpStatusCode.Conflict, "No site is configured: there is nothing to lower. Name sites under Fleet:Sites."), (status, (string?)problem["detail"]));
    }

    private async Task<HttpStatusCode> DeleteAsync(string id)
    {
        using var answer = await _rig.Http.DeleteAsync("/api/v1/curtailments/" + id, Cancel);
        return answer.StatusCode;
    }
}
