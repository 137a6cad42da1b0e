using System;
using System.Linq;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Web;

[Collection(nameof(GatewayAlone))]
public sealed class SitesApiTests(GatewayAlone alone)
{
    private readonly GatewayRig _rig = alone.Rig;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sites_are_listed_with_power_limit_price_and_what_is_silent()
    {
        var sites = await GetAsync("sites");
        Assert.Equal(["hill", "town"], sites.AsArray().Select(site => (string?)site!["id"]));
        var hill = sites[0]!;
        Assert.Equal(
            ["id", "name", "timeZone", "at", "limitWatts", "watts", "powerSource", "restWatts", "wantedWatts", "capWatts", "controllers", "silentControllers", "faults",
                "pricePerMwh", "currency", "costPerHour", "earningsPerHour", "planId", "planMadeAt"],
            hill.AsObject().Select(field => field.Key));
        Assert.Equal(("Hill", "Europe/Berlin", 12_000, "USD"), ((string?)hill["name"], (string?)hill["timeZone"], (int)hill["limitWatts"]!, (string?)hill["currency"]));
        Assert.Equal((2, 2), ((int)hill["controllers"]!, (int)hill["silentControllers"]!));
        Assert.Equal(13_020, (int)hill["watts"]!); // what the silent ones may take counts
        Assert.Equal("Controllers", (string?)hill["powerSource"]);
        Assert.StartsWith("plan-1-", (string?)hill["planId"]);
    }

    [Fact]
    public async Task A_site_shows_its_controllers_loads_and_curtailments()
    {
        var town = await GetAsync("sites/town");
        Assert.Equal("town", (string?)town["site"]!["id"]);
        Assert.All(town["curtailments"]!.AsArray(), one => Assert.Equal("town", (string?)one!["site"]));
        var controller = Assert.Single(town["controllers"]!.AsArray())!;
        Assert.Equal(("c1", false, true), ((string?)controller["id"], (bool)controller["isOnline"]!, (bool)controller["isSilent"]!));
        Assert.Null(controller["watts"]);
        Assert.All(new[] { "bootReason", "uptimeSeconds", "heapFreeBytes", "largestFreeBytes", "tickMs", "linkLosses" },
            field => Assert.True(controller.AsObject().TryGetPropertyValue(field, out var value) && value is null, field));
        Assert.Null(controller["setpoint"]);
        Assert.Equal(["box-1", "box-2"], controller["loads"]!.AsArray().Select(load => (string?)load!["name"]));
        var box = controller["loads"]![0]!;
        Assert.Equal(("Tokens", "Unknown"), ((string?)box["work"], (string?)box["state"]));
        Assert.InRange((double)box["strikePricePerMwh"]!, 100, 10_000); // by tokens: far above hashing
        Assert.Null(box["watts"]);
    }

    [Fact]
    public async Task A_site_that_is_not_configured_is_not_found_and_the_ones_that_are_get_named()
    {
        foreach (var path in new[] { "sites/nowhere", "plan/nowhere", "sites/%2e%2e" })
        {
            var problem = await ProblemAsync(path, HttpStatusCode.NotFound);
            if (path.EndsWith("nowhere"))
                Assert.Equal("There is no site 'nowhere'. The sites are: hill, town.", (string?)problem["detail"]);
        }
    }

    [Fact]
    public async Task Controllers_of_every_site_are_listed()
    {
        var controllers = await GetAsync("controllers");
        Assert.Equal(["hill/c1", "hill/c2", "town/c1"], controllers.AsArray().Select(one => $"{one!["site"]}/{one["id"]}"));
    }

    [Fact]
    public async Task The_plan_shows_144_slots_its_value_and_how_far_it_may_be_from_the_best()
    {
        var plan = await GetAsync("plan");
        var slots = plan["slots"]!.AsArray();
        Assert.Equal(144, slots.Count);
        Assert.Equal(900, (int)slots[0]!["seconds"]!);
        Assert.Equal(["hill", "town"], slots[0]!["watts"]!.AsObject().Select(site => site.Key));
        Assert.All(slots, slot => Assert.InRange((long)slot!["watts"]!["hill"]!, 0, 12_000));
        Assert.True((double)plan["bound"]! >= (double)plan["value"]!);
        Assert.InRange((double)plan["gap"]!, 0, 0.02);
        Assert.InRange((double)plan["ageSeconds"]!, 0, 900);
        Assert.Null(plan["failure"]);
        Assert.Empty(plan["conflicts"]!.AsArray());
    }

    [Fact]
    public async Task The_plan_of_a_site_gives_a_reason_for_every_slot_of_every_load()
    {
        var loads = (await GetAsync("plan/hill")).AsArray();
        Assert.Equal(["hill/c1/s21-1", "hill/c1/s21-2", "hill/c2/s19xp-1", "hill/c2/s19xp-2"], loads.Select(load => (string?)load!["load"]).Order());
        Assert.All(loads, load =>
        {
            Assert.Equal(144, load!["watts"]!.AsArray().Count);
            Assert.All(load["reasons"]!.AsArray(), reason => Assert.NotEqual("", (string?)reason));
            Assert.Equal(144, load["reasons"]!.AsArray().Count);
        });
    }

    [Fact]
    public async Task Prices_say_that_they_are_a_sample_and_cover_what_was_asked_for()
    {
        var prices = await GetAsync("prices?hoursBack=1&hoursAhead=2");
        Assert.True((bool)prices["isSample"]!);
        Assert.Contains("sample", (string?)prices["source"]);
        Assert.Contains("SAMPLE", (string?)prices["notes"]![0]);
        Assert.Equal(13, prices["prices"]!.AsArray().Count); // 11:02 to 14:02 touches 13 quarters
        Assert.InRange((double)prices["hashpricePerPetahashDay"]!, 30, 50);
        Assert.Equal(12 * 4 + 36 * 4 + 1, (await GetAsync("prices"))["prices"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("prices?hoursBack=-1", "hoursBack and hoursAhead go from 0 to 744.")]
    [InlineData("prices?hoursAhead=745", "hoursBack and hoursAhead go from 0 to 744.")]
    [InlineData("prices?hoursAhead=soon", "hoursAhead")]
    public async Task Prices_refuse_a_range_nobody_can_mean(string path, string why) =>
        Assert.Contains(why, (string?)(await ProblemAsync(path, HttpStatusCode.BadRequest))["detail"]);

    private async Task<JsonNode> GetAsync(string path) => (await _rig.Http.GetFromJsonAsync<JsonNode>("/api/v1/" + path, Cancel))!;

    private async Task<JsonNode> ProblemAsync(string path, HttpStatusCode status)
    {
        using var answer = await _rig.Http.GetAsync("/api/v1/" + path, Cancel);
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal((int)status, (int)problem["status"]!);
        return problem;
    }
}
