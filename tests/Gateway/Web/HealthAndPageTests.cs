using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Planning;
using Fleet.Tests.Harness;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Fleet.Tests.Gateway.Web;

[Collection(nameof(GatewayAlone))]
public sealed class HealthAndPageTests(GatewayAlone alone)
{
    private readonly GatewayRig _rig = alone.Rig;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_is_good_with_a_fresh_plan_and_a_database_that_takes_writes()
    {
        using var answer = await _rig.Http.GetAsync("/healthz", Cancel);
        var health = (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!;
        Assert.Equal((HttpStatusCode.OK, "healthy"), (answer.StatusCode, (string?)health["status"]));
        Assert.Null(health["planFailure"]);
        Assert.Null(health["storage"]!["failingSince"]);
        Assert.Equal(0, (int)health["droppedFromInboxes"]!);
        Assert.Equal(0, (int)health["link"]!["connected"]!);
    }

    [Fact]
    public async Task Health_is_degraded_while_the_database_takes_no_writes()
    {
        await using var rig = await GatewayRig.StartAloneAsync();
        await rig.UntilAsync("it is healthy", async () => (await HealthAsync(rig)).Status == HttpStatusCode.OK);
        await using var other = new SqliteConnection($"Data Source={Path.Combine(rig.DataFolder, "fleet.db")};Pooling=False");
        await other.OpenAsync(Cancel);
        await using (await other.BeginTransactionAsync(Cancel))
        {
            await rig.UntilAsync("it is degraded", async () =>
            {
                rig.Part<Replanner>().Ask();
                return (await HealthAsync(rig)).Status == HttpStatusCode.ServiceUnavailable;
            });
            var (_, body) = await HealthAsync(rig);
            Assert.Equal("degraded", (string?)body["status"]);
            Assert.Contains("locked", (string?)body["storage"]!["lastFailure"]);
        }
        await rig.UntilAsync("it is healthy again", async () => (await HealthAsync(rig)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_OpenAPI_document_lists_every_path_of_the_interface()
    {
        var document = (await _rig.Http.GetFromJsonAsync<JsonNode>("/openapi/v1.json", Cancel))!;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"));
        Assert.Equal(
            [
                "DELETE /api/v1/curtailments/{id}", "GET /api/v1/controllers", "GET /api/v1/curtailments", "GET /api/v1/curtailments/{id}",
                "GET /api/v1/plan", "GET /api/v1/plan/{site}", "GET /api/v1/prices", "GET /api/v1/sites", "GET /api/v1/sites/{id}",
                "GET /api/v1/sites/{site}/controllers/{controller}/update", "GET /healthz", "POST /api/v1/curtailments", "PUT /api/v1/sites/{site}/controllers/{controller}/update",
            ],
            operations.Order(StringComparer.Ordinal));
        Assert.All(document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()), operation => Assert.NotNull(operation.Value!["summary"]));
        Assert.Equal(["201", "400", "404", "409", "503"], AnswersOf("/api/v1/curtailments", "post"));
        Assert.Equal(["200", "404", "503"], AnswersOf("/api/v1/plan/{site}", "get"));
        Assert.NotNull(document["components"]!["schemas"]!["CurtailmentRequest"]!["properties"]!["targetPercent"]);

        string[] AnswersOf(string path, string method) =>
            [.. document["paths"]![path]![method]!["responses"]!.AsObject().Select(answer => answer.Key).Order(StringComparer.Ordinal)];
    }

    [Theory]
    [InlineData("/", "text/html", "<title>Fleet</title>")]
    [InlineData("/fleet.css", "text/css", "color-scheme")]
    [InlineData("/fleet.js", "text/javascript", "/api/v1")]
    [InlineData("/chart.js", "text/javascript", "drawChart")]
    [InlineData("/icon.svg", "image/svg+xml", "<svg")]
    public async Task The_page_is_served_whole_takes_nothing_from_elsewhere_and_cannot_be_framed(string path, string media, string content)
    {
        using var answer = await _rig.Http.GetAsync(path, Cancel);
        Assert.Equal((HttpStatusCode.OK, media), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(content, await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
    }

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/../appsettings.json")]
    [InlineData("/appsettings.json")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        using var answer = await _rig.Http.GetAsync(path, Cancel);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> HealthAsync(GatewayRig rig)
    {
        using var answer = await rig.Http.GetAsync("/healthz", Cancel);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!);
    }
}
