using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fleet.Tests.Cli;

/// <summary>How <c>fleet update</c> ends, by what a gateway says.</summary>
public sealed class UpdateCommandTests
{
    /// <summary>The gateway has restarted meanwhile.</summary>
    private const string Forgotten = "";

    [Theory]
    [InlineData("OnTrial", 0, "hill/c1 runs 0.2.0 on trial")]
    [InlineData("Confirmed", 0, "hill/c1: 0.2.0 confirmed")]
    [InlineData("Refused", 3, "NOT UPDATED: see to its power")]
    [InlineData("Returned", 3, "NOT UPDATED: see to its power")]
    [InlineData(Forgotten, 1, "It goes on when it is asked for again.")]
    [InlineData("Lost", 4, "NOBODY KNOWS: see to its power")]
    public async Task It_ends_with_a_code_and_what_to_do(string state, int expected, string told)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        await using var gateway = builder.Build();
        const string path = "/api/v1/sites/hill/controllers/c1/update";
        gateway.MapPut(path, () => Results.Accepted());
        gateway.MapGet(path, () => state == Forgotten
            ? Results.Problem("It goes on when it is asked for again.", statusCode: StatusCodes.Status404NotFound)
            : Results.Ok(new UpdateView("hill", "c1", "0.2.0", state, 4, 4, "", DateTimeOffset.UnixEpoch, "see to its power")));
        await gateway.StartAsync(TestContext.Current.CancellationToken);
        var image = Path.GetTempFileName();
        try
        {
            var (code, text) = await GatewayProgram.RunFleetAsync(
                "update", "hill", "c1", "--image", image, "--version", "0.2.0", "--gateway", gateway.Urls.First());
            Assert.Contains(told, text);
            Assert.Equal(expected, code);
        }
        finally
        {
            File.Delete(image);
        }
    }
}
