using System;
using System.CommandLine;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Cli;

/// <summary>A gateway as the command line sees it: its REST interface, with its problems turned into one line.</summary>
internal sealed class GatewayClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    public GatewayClient(Uri gateway)
    {
        _http = new HttpClient { BaseAddress = new Uri(gateway, "/api/v1/"), Timeout = Patience };
    }

    /// <summary>Where the gateway is, on every command that asks one.</summary>
    public static Option<string> Option { get; } = new("--gateway")
    {
        Description = "Where the gateway is",
        DefaultValueFactory = _ => "http://127.0.0.1:5080",
    };

    public async Task<T> GetAsync<T>(string path, CancellationToken cancellation) =>
        await ReadAsync<T>(await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellation), cancellation);

    public async Task<T> PostAsync<T>(string path, object body, CancellationToken cancellation) =>
        await ReadAsync<T>(await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, body.GetType()) }, cancellation), cancellation);

    public async Task PutAsync(string path, byte[] body, CancellationToken cancellation)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        (await SendAsync(new HttpRequestMessage(HttpMethod.Put, path) { Content = content }, cancellation)).Dispose();
    }

    public async Task DeleteAsync(string path, CancellationToken cancellation) =>
        (await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellation)).Dispose();

    public void Dispose() => _http.Dispose();

    /// <summary>Runs a command's work; a gateway that is away or says no becomes a line on standard error and exit code 1.</summary>
    public static async Task<int> TryAsync(ParseResult parsed, Func<GatewayClient, Task<int>> work)
    {
        if (!Uri.TryCreate(parsed.GetValue(Option), UriKind.Absolute, out var gateway) || gateway.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync($"--gateway is {parsed.GetValue(Option)}: give a URL such as http://127.0.0.1:5080");
            return 1;
        }
        try
        {
            using var client = new GatewayClient(gateway);
            return await work(client);
        }
        catch (HttpRequestException away)
        {
            await Console.Error.WriteLineAsync($"No gateway answers at {gateway}: {away.Message}. Is it running? Give --gateway URL.");
        }
        catch (TaskCanceledException late) when (late.InnerException is TimeoutException)
        {
            await Console.Error.WriteLineAsync($"The gateway at {gateway} did not answer within {Patience.TotalSeconds:0} s. Try again, or look at its log.");
        }
        catch (JsonException)
        {
            await Console.Error.WriteLineAsync($"What answers at {gateway} is not a Fleet gateway of this version. Give --gateway URL.");
        }
        catch (GatewayRefusal refusal)
        {
            await Console.Error.WriteLineAsync(refusal.Message);
        }
        return 1;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var answer = await _http.SendAsync(request, cancellation);
        if (answer.IsSuccessStatusCode)
            return answer;
        using var problem = await JsonDocument.ParseAsync(await answer.Content.ReadAsStreamAsync(cancellation), cancellationToken: cancellation);
        throw new GatewayRefusal(problem.RootElement.TryGetProperty("detail", out var detail) ? detail.GetString()! : answer.ReasonPhrase ?? "refused");
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellation) =>
        (await answer.Content.ReadFromJsonAsync<T>(cancellation))!;
}

/// <summary>The gateway said no, and why.</summary>
internal sealed class GatewayRefusal(string message) : Exception(message);
