using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Gateway.Web;

/// <summary>What the web server refuses before anything of ours sees it is a problem object too, and says what to do.</summary>
[Collection(nameof(GatewayAlone))]
public sealed class RefusedRequestTests(GatewayAlone alone)
{
    private readonly GatewayRig _rig = alone.Rig;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("POST", "/api/v1/curtailments", 20_000, "application/json", HttpStatusCode.RequestEntityTooLarge, "The body is too long: at most 16384 bytes are taken.")]
    [InlineData("POST", "/api/v1/curtailments", 10, "text/plain", HttpStatusCode.UnsupportedMediaType, "The body is not said to be JSON")]
    [InlineData("PUT", "/api/v1/curtailments", 10, "application/json", HttpStatusCode.MethodNotAllowed, "/api/v1/curtailments does not take PUT")]
    [InlineData("GET", "/api/v1/nothing", 0, "application/json", HttpStatusCode.NotFound, "There is nothing at /api/v1/nothing")]
    [InlineData("GET", "/api/v1/prices?hoursBack=abc", 0, "application/json", HttpStatusCode.BadRequest, "Failed to bind parameter \"hoursBack\" from \"abc\".")]
    public async Task A_refused_request_says_what_to_do(string method, string path, int bytes, string media, HttpStatusCode status, string why)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (bytes > 0)
            request.Content = new StringContent("{" + new string(' ', bytes) + "}", Encoding.UTF8, media);
        using var answer = await _rig.Http.SendAsync(request, Cancel);
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Contains(why, (string?)(await answer.Content.ReadFromJsonAsync<JsonNode>(Cancel))!["detail"]);
    }

    [Fact]
    public async Task A_long_name_is_not_repeated_whole()
    {
        using var answer = await _rig.Http.GetAsync("/api/v1/sites/" + new string('a', 3_000), Cancel);
        Assert.InRange((await answer.Content.ReadAsStringAsync(Cancel)).Length, 100, 600);
    }

    [Fact]
    public async Task Another_machines_name_is_refused_without_a_setting()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/sites");
        request.Headers.Host = "page.example";
        using var answer = await _rig.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task The_OpenAPI_document_still_knows_instants()
    {
        var document = (await _rig.Http.GetFromJsonAsync<JsonNode>("/openapi/v1.json", Cancel))!;
        Assert.Equal("date-time", (string?)document["components"]!["schemas"]!["CurtailmentRequest"]!["properties"]!["start"]!["format"]);
    }
}
