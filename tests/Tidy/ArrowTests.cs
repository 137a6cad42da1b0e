using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>Which folder may name which, and that each does only that.</summary>
public sealed class ArrowTests
{
    private const string Gateway = "gateway/Fleet.Gateway/";

    /// <summary>
    /// From a folder to the namespaces of Fleet that it may name besides its own. The longest folder that holds a file
    /// speaks for it; the last row is everything else of the gateway, which never sees the wire or the device.
    /// </summary>
    private static readonly Arrow[] Arrows =
    [
        new("hardware", "Fleet.Hardware"),
        new("firmware/Wire", "Fleet.Wire"),
        new("firmware/Core", "Fleet.Core", "Fleet.Wire", "Fleet.Hardware"),
        new("firmware/Drivers", "Fleet.Drivers", "Fleet.Core", "Fleet.Wire", "Fleet.Hardware"),
        new("firmware/Esp32", "Fleet.Esp32", "Fleet.Drivers", "Fleet.Core", "Fleet.Wire", "Fleet.Hardware"),
        new("firmware/NanoPc", "Fleet.Esp32", "Fleet.Drivers", "Fleet.Core", "Fleet.Wire", "Fleet.Hardware"),
        new("firmware/Virtual", "Fleet.Virtual", "Fleet.Drivers", "Fleet.Core", "Fleet.Wire", "Fleet.Hardware"),
        new(Gateway + "Sites", "Fleet.Gateway.Sites"),
        new(Gateway + "Link", "Fleet.Gateway.Link", "Fleet.Gateway.Sites", "Fleet.Wire"),
        new(Gateway + "Market", "Fleet.Gateway.Market"),
        new(Gateway + "Signals", "Fleet.Gateway.Signals"),
        new(Gateway + "Signals/OpenAdr", "Fleet.Gateway.Signals", "Fleet.Gateway.Dispatch"),
        new(Gateway + "Planning", "Fleet.Gateway.Planning", "Fleet.Gateway.Sites", "Fleet.Gateway.Signals", "Fleet.Gateway.Market"),
        new(Gateway + "Dispatch", "Fleet.Gateway.Dispatch", "Fleet.Gateway.Planning", "Fleet.Gateway.Sites", "Fleet.Gateway.Signals"),
        new("gateway", "Fleet.Gateway", "Fleet.Cli", "Fleet.Box", "Fleet.Virtual"),
    ];

    /// <summary>Namespaces that are not ours, and what may not name them.</summary>
    private static readonly Foreign[] Strangers =
    [
        new("nanoFramework", "only firmware/Esp32 names the device's framework", file => !file.IsIn("firmware/Esp32")),
        new("System.Device", "only firmware/Esp32 names the device's pins and buses", file => !file.IsIn("firmware/Esp32")),
        new("System.Net", "only firmware/Esp32 and Virtual have a network", IsPureDevice),
        new("System.IO", "only firmware/Esp32 and Virtual have files and ports", IsPureDevice),
        new("Orleans", "pure logic never mentions Orleans; a file named …Grain… hosts it", IsPureGateway),
    ];

    [Fact]
    public void Every_folder_names_only_what_its_arrows_reach() => Tidy.Holds(FollowsTheArrows, SourceTree.Repository.CSharp("hardware", "firmware", "gateway"));

    [Fact]
    public void Frameworks_are_named_only_where_they_belong() => Tidy.Holds(KeepsStrangersOut, SourceTree.Repository.CSharp("hardware", "firmware", "gateway"));

    [Theory]
    [InlineData("firmware/Wire/Ack.cs", "using Fleet.Core;")]
    [InlineData("hardware/Board.cs", "using Fleet.Wire;")]
    [InlineData("firmware/Core/Guard.cs", "using static Fleet.Drivers.DriverTable;")]
    [InlineData("firmware/Drivers/Relay.cs", "using Board = Fleet.Esp32.Board;")]
    [InlineData(Gateway + "Dispatch/Rules.cs", "using Fleet.Wire;")]
    [InlineData(Gateway + "Dispatch/Rules.cs", "using Fleet.Gateway.Link;")]
    [InlineData(Gateway + "Dispatch/Rules.cs", "namespace Fleet.Gateway.Dispatch; class A { Fleet.Gateway.Web.Page _page; }")]
    [InlineData(Gateway + "Dispatch/Rules.cs", "namespace Fleet.Gateway.Dispatch; class A { Market.Slot _slot; }")]
    [InlineData(Gateway + "Dispatch/Rules.cs", "namespace Fleet.Gateway.Dispatch; class A { int X() => Fleet.Gateway.Market.Slot.Of(1); }")]
    [InlineData(Gateway + "Sites/Site.cs", "using Fleet.Gateway.Dispatch;")]
    [InlineData(Gateway + "Planning/Plan.cs", "using Fleet.Gateway.Dispatch;")]
    [InlineData(Gateway + "Signals/Timeline.cs", "using Fleet.Gateway.Dispatch;")]
    [InlineData(Gateway + "Web/Page.cs", "using Fleet.Wire;")]
    [InlineData(Gateway + "Program.cs", "using Fleet.Wire;")]
    [InlineData("gateway/Fleet.Cli/Demo.cs", "using Fleet.Core;")]
    public void Bites_on_an_arrow_that_is_not_there(string path, string text) => Tidy.Bites(FollowsTheArrows, text, path);

    [Theory]
    [InlineData("firmware/Drivers/Relay.cs", "using Fleet.Core; using Fleet.Wire;")]
    [InlineData(Gateway + "Link/Downlink.cs", "using Fleet.Wire; using Fleet.Gateway.Sites; namespace Fleet.Gateway.Link.Broker;")]
    [InlineData(Gateway + "Signals/OpenAdr/Events.cs", "using Fleet.Gateway.Dispatch; namespace Fleet.Gateway.Signals.OpenAdr;")]
    [InlineData(Gateway + "Web/Page.cs", "using Fleet.Gateway.Planning; using Fleet.Gateway.Link;")]
    [InlineData("gateway/Fleet.Cli/Demo.cs", "using Fleet.Virtual; using Fleet.Gateway.Web;")]
    public void Spares_an_arrow_that_is_there(string path, string text) => Tidy.Spares(FollowsTheArrows, text, path);

    [Theory]
    [InlineData("firmware/Drivers/Relay.cs", "using System.Device.Gpio;")]
    [InlineData("firmware/Core/Controller.cs", "class A { nanoFramework.M2Mqtt.MqttClient _client; }")]
    [InlineData("firmware/Virtual/Host.cs", "using nanoFramework.M2Mqtt;")]
    [InlineData("firmware/Drivers/AxeOs.cs", "using System.Net.Sockets;")]
    [InlineData("firmware/Wire/Reader.cs", "using System.IO;")]
    [InlineData(Gateway + "Sites/Site.cs", "using Orleans;")]
    [InlineData(Gateway + "Dispatch/Rules.cs", "class A : Orleans.Grain { }")]
    public void Bites_on_a_framework_where_it_does_not_belong(string path, string text) => Tidy.Bites(KeepsStrangersOut, text, path);

    [Theory]
    [InlineData("firmware/Esp32/Gpio.cs", "using System.Device.Gpio; using nanoFramework.M2Mqtt; using System.Net;")]
    [InlineData("firmware/Virtual/Host.cs", "using System.Net.Sockets;")]
    [InlineData(Gateway + "Sites/SiteGrain.cs", "using Orleans;")]
    [InlineData(Gateway + "Program.cs", "using Orleans.Hosting;")]
    public void Spares_a_framework_where_it_belongs(string path, string text) => Tidy.Spares(KeepsStrangersOut, text, path);

    private static IEnumerable<Violation> FollowsTheArrows(SourceFile file)
    {
        Arrow arrow = Arrows.Where(row => file.IsIn(row.Folder)).MaxBy(row => row.Folder.Length)!;
        return Mention.In(file)
            .Where(mention => mention.IsBelow("Fleet") && !arrow.Reaches(mention))
            .Select(mention => new Violation(file.Path, mention.Line, $"{arrow.Folder} may not name {mention.Name}"));
    }

    private static IEnumerable<Violation> KeepsStrangersOut(SourceFile file) =>
        from stranger in Strangers
        where stranger.IsBarred(file)
        from mention in Mention.In(file)
        where mention.IsBelow(stranger.Name)
        select new Violation(file.Path, mention.Line, $"{mention.Name}: {stranger.Reason}");

    private static bool IsPureDevice(SourceFile file) =>
        file.IsIn("hardware") || file.IsIn("firmware/Wire") || file.IsIn("firmware/Core") || file.IsIn("firmware/Drivers");

    private static bool IsPureGateway(SourceFile file) =>
        new[] { "Sites", "Planning", "Dispatch", "Signals", "Market" }.Any(idea => file.IsIn(Gateway + idea))
        && !file.Name.Contains("Grain", StringComparison.Ordinal);

    /// <summary>A folder, and the namespaces its files may name, its own first.</summary>
    private sealed record Arrow(string Folder, params string[] MayName)
    {
        public bool Reaches(Mention mention) => MayName.Any(mention.IsBelow);
    }

    /// <summary>A namespace of others, the reason it is barred, and the files it is barred from.</summary>
    private sealed record Foreign(string Name, string Reason, Func<SourceFile, bool> IsBarred);
}
