using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>A headless Chromium at one page, asked by the DevTools protocol: what the page shows, and what its scripts complain of.</summary>
public sealed class GatewayBrowser : IAsyncDisposable
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("fleet-browser-");
    private readonly ClientWebSocket _socket = new();
    private readonly Process _process;
    private int _asked;

    private GatewayBrowser(string chromium)
    {
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            "--remote-debugging-port=0", $"--user-data-dir={_profile.FullName}", "about:blank",
        ];
        _process = Process.Start(new ProcessStartInfo(chromium, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Errors of the page's scripts and refusals of its content policy.</summary>
    public List<string> Complaints { get; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens a page.</summary>
    public static async Task<GatewayBrowser> OpenAsync(string url)
    {
        var chromium = Places.FirstOrDefault(File.Exists);
        Assert.True(chromium is not null, $"The page is tested in Chromium, and none of {string.Join(", ", Places)} is there: apt-get install chromium");
        var browser = new GatewayBrowser(chromium);
        try
        {
            await browser.ConnectAsync();
            foreach (var domain in new[] { "Runtime", "Log", "Page" })
                await browser.AskAsync($"{domain}.enable");
            await browser.AskAsync("Page.navigate", new JsonObject { ["url"] = url });
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of an expression in the page, as text.</summary>
    public async Task<string> EvaluateAsync(string expression)
    {
        var answer = await AskAsync("Runtime.evaluate", new JsonObject { ["expression"] = $"String({expression})", ["awaitPromise"] = true });
        return (string?)answer["result"]!["value"] ?? throw new InvalidOperationException(answer.ToJsonString());
    }

    /// <summary>Waits until an expression is true in the page.</summary>
    public Task UntilAsync(string what, string expression) =>
        GatewayWait.UntilAsync(what, async () => await EvaluateAsync($"!!({expression})") == "true", () => string.Join('\n', Complaints));

    /// <summary>Makes the window so wide, and says how far the page runs beyond it.</summary>
    public async Task<int> OverflowAtAsync(int width)
    {
        await AskAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = 900, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await UntilAsync($"the window is {width} wide", $"innerWidth === {width}");
        return int.Parse(await EvaluateAsync("document.documentElement.scrollWidth - innerWidth"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _profile.Delete(recursive: true);
    }

    private async Task ConnectAsync()
    {
        string? line;
        do
            line = await _process.StandardError.ReadLineAsync(Cancel).AsTask().WaitAsync(GatewayWait.Patience, TimeProvider.System, Cancel);
        while (line is not null && !line.StartsWith("DevTools listening on ", StringComparison.Ordinal));
        Assert.True(line is not null, "Chromium ended before it listened.");
        var browser = new Uri(line["DevTools listening on ".Length..]);
        using var http = new HttpClient();
        JsonNode? page = null;
        await GatewayWait.UntilAsync("Chromium has its page", async () =>
            (page = (await http.GetFromJsonAsync<JsonArray>($"http://{browser.Authority}/json/list", Cancel))!.FirstOrDefault(one => (string?)one!["type"] == "page")) is not null);
        await _socket.ConnectAsync(new Uri((string)page!["webSocketDebuggerUrl"]!), Cancel);
    }

    private async Task<JsonNode> AskAsync(string method, JsonObject? parameters = null)
    {
        var id = ++_asked;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _socket.SendAsync(Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, true, Cancel);
        while (true)
        {
            var answer = await ReadAsync().WaitAsync(GatewayWait.Patience, TimeProvider.System, Cancel);
            if ((string?)answer["method"] is "Runtime.exceptionThrown" or "Log.entryAdded")
                Complaints.Add(answer["params"]!.ToJsonString());
            if ((int?)answer["id"] == id)
                return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
        }
    }

    private async Task<JsonNode> ReadAsync()
    {
        using var text = new MemoryStream();
        var buffer = new byte[16_384];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, Cancel);
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(text.ToArray())!;
    }
}
