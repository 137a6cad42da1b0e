using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Core;
using Fleet.Gateway;
using Fleet.Gateway.Access;
using Fleet.Gateway.Sites;
using Fleet.Gateway.Storage;
using Fleet.Tests.Harness;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Fleet.Tests.Gateway.Access;

/// <summary>The settings files a technician completes: with what the gateway knows, readable by the device once completed.</summary>
public sealed class SettingsFilesTests : IDisposable
{
    private static readonly string Secret = new('a', 64);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-settings-");

    private readonly GatewayLog _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Names_the_external_broker_where_controllers_connect_to_one()
    {
        var options = Options();
        options.Link = new LinkOptions { Port = 1884, ExternalHost = "broker.example", ExternalPort = 8884 };
        var settings = Written(options);
        Assert.Equal(("broker.example", 8884), ((string?)settings["brokerHost"], (int?)settings["brokerPort"]));
    }

    [Fact]
    public void Leaves_the_own_brokers_host_to_the_technician()
    {
        var options = Options();
        options.Link = new LinkOptions { Port = 1884 };
        var settings = Written(options);
        Assert.Equal(("CHANGE", 1884), ((string?)settings["brokerHost"], (int?)settings["brokerPort"]));
    }

    [Theory]
    [InlineData(WorkKind.Hashes, "luxos", "host")]
    [InlineData(WorkKind.None, "relay", "output")]
    public void The_device_takes_the_file_once_its_CHANGEs_are_completed(WorkKind work, string driver, string key)
    {
        var settings = Written(Options(work));
        settings["board"] = "olimex-esp32-poe-iso";
        settings["brokerHost"] = "gateway.local";
        settings["loads"]![0]!["driver"] = driver;
        Assert.Equal("CHANGE", (string?)settings["loads"]![0]![key]);
        settings["loads"]![0]![key] = key == "host" ? "10.0.0.7" : "relay1";
        Assert.DoesNotContain("CHANGE", settings.ToJsonString());
        var file = Encoding.UTF8.GetBytes(settings.ToJsonString());
        Assert.True(new Settings().TryRead(file, file.Length, out var reason), reason);
    }

    [Fact]
    public void A_changed_secret_replaces_the_old_one_and_nothing_else()
    {
        Written(Options());
        File.WriteAllText(PathOf(), File.ReadAllText(PathOf()).Replace("\"board\": \"CHANGE\"", "\"board\": \"mine\""));
        var settings = Written(Options(), new string('b', 64));
        Assert.Equal((new string('b', 64), "mine"), ((string?)settings["secret"], (string?)settings["board"]));
    }

    [Fact]
    public void A_file_with_the_right_secret_is_left_as_it_is()
    {
        Written(Options());
        var mine = File.ReadAllText(PathOf()).Replace("  ", "\t");
        File.WriteAllText(PathOf(), mine);
        Written(Options());
        Assert.Equal(mine, File.ReadAllText(PathOf()));
    }

    [Fact]
    public void Only_the_owner_may_read_it()
    {
        Written(Options());
        if (OperatingSystem.IsWindows())
            return; // which keeps rights otherwise
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf()));
        Assert.Single(_folder.GetDirectories("settings").Single().GetFiles());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        Directory.CreateDirectory(PathOf() + ".new"); // stands where the file is written first
        Assert.Contains($"Fleet:DataFolder: the settings file {PathOf()} cannot be read or written: ", Refusal());
    }

    [Theory]
    [InlineData("{ half")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"secret\": 1}")]
    [InlineData("{\"board\": \"a\", \"board\": \"b\"}")]
    public void A_file_that_cannot_be_understood_is_named_and_left_as_it_is(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf())!);
        File.WriteAllText(PathOf(), text);
        Write(Options(), Secret);
        Assert.Equal(text, File.ReadAllText(PathOf()));
        Assert.Contains($"{PathOf()} is no JSON object with each key once and a text as its secret", Assert.Single(_log.Lines));
    }

    private static FleetOptions Options(WorkKind work = WorkKind.Hashes) => new()
    {
        Sites =
        [
            new SiteOptions
            {
                Id = "hill",
                LimitWatts = 10_000,
                Controllers = [new ControllerOptions { Id = "c1", Loads = [new LoadOptions { Name = "one", Work = work, Levels = [new LevelOptions { Watts = 1_000 }] }] }],
            },
        ],
    };

    private string PathOf() => Path.Combine(_folder.FullName, "settings", "hill.c1.json");

    private string Refusal() => Assert.Throws<ConfigurationException>(() => Written(Options())).Message;

    private JsonNode Written(FleetOptions options, string? secret = null)
    {
        Write(options, secret ?? Secret);
        return JsonNode.Parse(File.ReadAllText(PathOf()))!;
    }

    private void Write(FleetOptions options, string secret)
    {
        options.DataFolder = _folder.FullName;
        var numbers = new ControllerNumbers([new ControllerRow { Id = 1, Site = "hill", Controller = "c1", Secret = secret, CreatedUtcMs = 0 }]);
        SettingsFiles.Write(options, SiteList.From(options.Sites), numbers, new LoggerFactory([_log]).CreateLogger("settings"));
    }
}
