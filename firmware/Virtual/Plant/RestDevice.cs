using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>A miner with a JSON API over HTTP and a login: one token at a time, gone after an idle time and at a boot.</summary>
/// <param name="model">The truth behind it.</param>
/// <param name="loginPath">Where the token is asked for.</param>
/// <param name="scheme">What stands before the token in the Authorization header.</param>
public abstract class RestDevice(PlantModel model, string loginPath, string scheme) : LoadDevice(model)
{
    private readonly Dictionary<(string Method, string Path), Func<byte[], HttpAnswer>> _routes = [];
    private string? _token;
    private long _tokenUsedMs;
    private long _tokenBootId;
    private int _logins;

    /// <summary>The password it expects.</summary>
    public string Password { get; set; } = "";

    /// <summary>How often a token has been given.</summary>
    public int Logins => _logins;

    /// <summary>How long an unused token is good.</summary>
    protected abstract int TokenIdleMs { get; }

    /// <summary>What a wrong password is answered with.</summary>
    protected abstract string WrongPassword { get; }

    /// <summary>Forgets the token, as a restart of its web server would.</summary>
    public void ForgetToken() => _token = null;

    public override Conversation Open() => new HttpConversation((method, path, authorization, body) =>
    {
        lock (Model.Gate)
            return Respond(method, path, authorization, body.ToArray());
    });

    /// <summary>Adds a route below /api/v1.</summary>
    protected void Route(string method, string path, Func<byte[], HttpAnswer> answer) => _routes.Add((method, "/api/v1/" + path), answer);

    /// <summary>Whether these credentials are right.</summary>
    protected abstract bool IsLogin(JsonElement credentials);

    /// <summary>A token as this firmware makes them.</summary>
    protected abstract string NewToken(int number);

    /// <summary>A JSON answer, broken while that fault is in force.</summary>
    protected HttpAnswer Json(string json) => new("200 OK", "application/json", Send(Encoding.UTF8.GetBytes(json)));

    /// <summary>An answer without content.</summary>
    protected static HttpAnswer Status(string status) => new(status, "application/json", []);

    /// <summary>The body as JSON; null when it is none.</summary>
    protected static JsonElement? Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private HttpAnswer Respond(string method, string path, string? authorization, byte[] body)
    {
        if (method == "POST" && path == loginPath)
            return LogIn(body);
        var isGood = _token is not null && authorization == scheme + _token && _tokenBootId == Model.BootId && Model.NowMs - _tokenUsedMs < TokenIdleMs;
        if (!isGood)
            return Status("401 Unauthorized");
        _tokenUsedMs = Model.NowMs;
        return _routes.TryGetValue((method, path), out var route) ? route(body) : Status("404 Not Found");
    }

    private HttpAnswer LogIn(byte[] body)
    {
        if (Parse(body) is not { ValueKind: JsonValueKind.Object } credentials || !IsLogin(credentials))
            return Status(WrongPassword);
        _token = NewToken(++_logins);
        (_tokenUsedMs, _tokenBootId) = (Model.NowMs, Model.BootId);
        return Json($"{{\"timeout_s\":{TokenIdleMs / 1000},\"token\":\"{_token}\"}}");
    }
}
