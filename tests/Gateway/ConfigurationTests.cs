using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Fleet.Gateway;
using Fleet.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Fleet.Tests.Gateway;

/// <summary>A configuration that cannot be used refuses to start and says what is wrong, where, and what to do.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("Fleet:DataFoldr", "x", "Fleet:DataFoldr is not a known key: there are DataFolder, Link, Prices, Bitcoin, Tokens, Sites")]
    [InlineData("Fleet:Prices:Fil", "x", "Fleet:Prices:Fil is not a known key: there are File")]
    [InlineData("Fleet:Sites:0:Limit", "1", "Fleet:Sites:0:Limit is not a known key: there are Id, Name, TimeZone, LimitWatts")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:Levels:0:Watt", "1", "Fleet:Sites:0:Controllers:0:Loads:0:Levels:0:Watt is not a known key: there are Watts, WorkRate")]
    [InlineData("Fleet:Link:Port", "many", "Fleet:Link:Port is 'many': give a whole number of at most 2147483647")]
    [InlineData("Fleet:Sites:0:LimitWatts", "1.5", "Fleet:Sites:0:LimitWatts is '1.5': give a whole number")]
    [InlineData("Fleet:Sites:0:Controllers:0:Loads:0:Work", "Mining", "Fleet:Sites:0:Controllers:0:Loads:0:Work is 'Mining': give one of None, Hashes, Tokens")]
    [InlineData("Fleet:Sites", "hill", "Fleet:Sites is 'hill': give a list of objects with Id, Name")]
    [InlineData("Fleet:Link", "1883", "Fleet:Link is '1883': give an object with Port, Address")]
    [InlineData("Fleet:Link:Port:0", "1", "Fleet:Link:Port is no single value: give a whole number")]
    [InlineData("Fleet:Sites:0:Name", null, "Fleet:Sites:0:Name is no single value: give a text")]
    [InlineData("Fleet:Bitcoin:Price", "-1", "Fleet:Bitcoin:Price is -1: give 0 or more")]
    [InlineData("Fleet:Sites:0:Id", "No Name", "Fleet:Sites:0 is named 'No Name'")]
    [InlineData("Fleet:Prices:File", "/nowhere/prices.csv", "Fleet:Prices:File: price file /nowhere/prices.csv cannot be read")]
    [InlineData("Fleet:DataFolder", "/dev/null/data", "/dev/null/data")]
    public async Task Refuses_to_start_and_says_what_where_and_what_to_do(string key, string? value, string why)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { [key] = value });
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => GatewayApp.BuildAsync(builder));
        Assert.Contains(why, refused.Message);
        Assert.DoesNotContain("   at ", refused.Message);
        Assert.DoesNotContain("System.", refused.Message);
    }

    [Fact]
    public async Task The_program_ends_with_code_2_and_one_message_for_a_settings_file_that_is_cut_off()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-cut-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "appsettings.json"), "{ \"Fleet\": { \"Sites\": [", TestContext.Current.CancellationToken);
        using var program = GatewayProgram.GatewayIn(folder.FullName);
        Assert.Equal(2, await program.EndAsync());
        Assert.Contains(Path.Combine(folder.FullName, "appsettings.json"), program.Text);
        Assert.DoesNotContain("Unhandled", program.Text);
        Assert.DoesNotContain("   at ", program.Text);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_program_says_at_the_start_what_it_uses_and_that_no_site_is_configured_and_that_the_prices_are_over()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-flet-");
        var prices = Path.Combine(folder.FullName, "old.csv");
        await File.WriteAllTextAsync(prices, "start_utc,price,currency_per_mwh\n2023-01-01T00:00:00Z,1,USD\n2023-01-01T01:00:00Z,1,USD\nlater,1,USD\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "appsettings.json"),
            $$"""{ "Urls": "http://127.0.0.1:0", "Flet": {}, "Fleet": { "Link": { "Port": 0, "Address": "127.0.0.1" }, "Prices": { "File": "{{prices}}" } } }""", TestContext.Current.CancellationToken);
        using var program = GatewayProgram.GatewayIn(folder.FullName);
        await GatewayWait.UntilAsync("it has started", () => program.Text.Contains("Application started"), () => program.Text);
        Assert.Equal(0, await program.InterruptAsync());
        foreach (var said in new[] { $"Data in {Path.Combine(folder.FullName, "data")}", $"Prices: {prices}, 2023-01-01 00:00:00Z to", "No site is configured: name sites under Fleet:Sites in " + folder.FullName, "The prices ended at 2023-01-01 02:00:00Z", "1 lines with problems", "line 4: start" })
            Assert.Contains(said, program.Text);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Every_unknown_key_is_named_at_once()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Fleet:A"] = "1", ["Fleet:Link:B"] = "1", ["Fleet:Sites:0:C"] = "1" });
        Assert.Equal(3, (await Assert.ThrowsAsync<ConfigurationException>(() => GatewayApp.BuildAsync(builder))).Mistakes.Count);
    }

    [Fact]
    public async Task The_program_ends_with_code_2_and_one_message_for_an_unknown_key()
    {
        using var program = GatewayProgram.Gateway(("Fleet__Prices__Fil", "x.csv"));
        Assert.Equal(2, await program.EndAsync());
        Assert.Contains("The configuration cannot be used:\n  Fleet:Prices:Fil is not a known key: there are File", program.Text);
        Assert.DoesNotContain("Unhandled", program.Text);
    }

    [Theory]
    [InlineData("Urls", "http://127.0.0.1:{0}")]
    [InlineData("Fleet__Link__Port", "{0}")]
    public async Task The_program_ends_with_code_2_and_one_message_when_a_port_is_taken(string key, string value)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0) { ExclusiveAddressUse = true };
        other.Start();
        var folder = Directory.CreateTempSubdirectory("fleet-port-");
        var settings = new Dictionary<string, string>
        {
            ["Fleet__DataFolder"] = folder.FullName,
            ["Fleet__Link__Address"] = "127.0.0.1",
            ["Fleet__Link__Port"] = "0",
            ["Urls"] = "http://127.0.0.1:0",
            [key] = string.Format(value, ((IPEndPoint)other.LocalEndpoint).Port),
        };
        using var program = GatewayProgram.Gateway([.. settings.Select(one => (one.Key, one.Value))]);
        Assert.Equal(2, await program.EndAsync());
        var last = program.Text.Split('\n')[^1];
        Assert.StartsWith("A port cannot be opened: ", last);
        Assert.EndsWith("Give another: Urls for the page, Fleet:Link:Port for the controllers.", last);
        Assert.DoesNotContain("Unhandled", program.Text);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_is_not_taken_for_a_port()
    {
        var folder = Directory.CreateTempSubdirectory("fleet-file-");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "settings")).CreateSubdirectory("hill.c1.json.new");
        using var program = GatewayProgram.Gateway(
            ("Fleet__DataFolder", folder.FullName), ("Fleet__Sites__0__Id", "hill"), ("Fleet__Sites__0__LimitWatts", "9000"),
            ("Fleet__Sites__0__Controllers__0__Id", "c1"), ("Fleet__Sites__0__Controllers__0__Loads__0__Name", "one"),
            ("Fleet__Sites__0__Controllers__0__Loads__0__Levels__0__Watts", "900"));
        Assert.Equal(2, await program.EndAsync());
        Assert.Contains("hill.c1.json cannot be read or written: ", program.Text);
        Assert.DoesNotContain("port", program.Text, System.StringComparison.OrdinalIgnoreCase);
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("Urls", "http://0.0.0.0:0")]
    [InlineData("Urls", "http://127.0.0.1:0;http://*:0")]
    [InlineData("Kestrel__Endpoints__Page__Url", "http://0.0.0.0:0")]
    public async Task The_program_refuses_to_let_other_machines_reach_the_web(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("fleet-urls-");
        using var program = GatewayProgram.Gateway(
            [("Fleet__DataFolder", folder.FullName), ("Fleet__Link__Address", "127.0.0.1"), ("Fleet__Link__Port", "0"), .. settings.Chunk(2).Select(one => (one[0], one[1]))]);
        Assert.Equal(2, await program.EndAsync());
        Assert.Contains("The configuration cannot be used:\n  Urls: the web would listen on ", program.Text);
        Assert.DoesNotContain("Unhandled", program.Text);
        folder.Delete(recursive: true);
    }
}
