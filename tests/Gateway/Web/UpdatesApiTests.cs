using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Fleet.Gateway.Dispatch;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Gateway.Web;

[Collection(nameof(GatewayAlone))]
public sealed class UpdatesApiTests(GatewayAlone alone)
{
    [Theory]
    [InlineData("sites/nowhere/controllers/c1/update?version=1", "NFMRK2", 404, "There is no site 'nowhere'.")]
    [InlineData("sites/hill/controllers/c9/update?version=1", "NFMRK2", 404, "Site hill has no controller 'c9'. It has: c1, c2.")]
    [InlineData("sites/hill/controllers/c1/update?version=1", "", 400, "The image has 0 bytes")]
    [InlineData("sites/hill/controllers/c1/update?version=1", "MZ this is a dll", 400, "The image is no assembly for the device")]
    [InlineData("sites/hill/controllers/c1/update?version=", "NFMRK2", 400, "version is ''")]
    [InlineData("sites/hill/controllers/c1/update?version=a%20b", "NFMRK2", 400, "version is 'a b'")]
    [InlineData("sites/hill/controllers/c1/update?version=0.2.0", "NFMRK1 and nothing behind it", 400, "Assembly 1 of the image begins with no mark of one")]
    public async Task An_update_that_cannot_be_is_refused_with_what_to_do(string path, string image, int status, string why)
    {
        var (code, detail) = await PutAsync(path, System.Text.Encoding.ASCII.GetBytes(image));
        Assert.Equal((HttpStatusCode)status, code);
        Assert.StartsWith(why, detail);
    }

    [Fact]
    public async Task The_longest_image_is_taken_and_a_longer_one_is_not()
    {
        const string path = "sites/hill/controllers/c1/update?version=0.2.0";
        var image = DeviceAssembly.Of(Update.LongestImageBytes);
        var (code, detail) = await PutAsync(path, image);
        Assert.Equal((HttpStatusCode.Conflict, "hill/c1 is not connected: an update begins when it is."), (code, detail));
        (code, detail) = await PutAsync(path, [.. image, 0]);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, code);
        Assert.Contains("262144", detail);
    }

    [Fact]
    public async Task An_update_that_was_never_asked_for_is_not_found()
    {
        using var answer = await alone.Rig.Http.GetAsync("/api/v1/sites/hill/controllers/c1/update", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public void The_gateway_sends_what_the_wire_carries()
    {
        Assert.Equal(Bounds.ImageBytes, Update.LongestImageBytes);
        Assert.Equal(Bounds.ImagePartBytes, Update.PartBytes);
    }

    private async Task<(HttpStatusCode Code, string Detail)> PutAsync(string path, byte[] image)
    {
        using var content = new ByteArrayContent(image);
        using var answer = await alone.Rig.Http.PutAsync("/api/v1/" + path, content, TestContext.Current.CancellationToken);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return (answer.StatusCode, (string?)body["detail"] ?? "");
    }
}
