using System;
using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>A Whatsminer with API version 3: JSON behind its length, TCP 4433 of the real device.</summary>
/// <remarks>
/// Framing, commands, names and codes follow the Whatsminer API 3 documentation: 0 success, -1 fail, -2 invalid command, -3
/// invalid item, -4 no permission, which a wrong token is too. An empty frame is a heartbeat. While its service is stopped
/// it has no status. A new power limit restarts a working miner and never exceeds what the rating allows.
/// Interpretation: the time of a token must be near its own clock.
/// </remarks>
public sealed class WhatsminerDevice(PlantModel model) : LoadDevice(model)
{
    private const long EpochSeconds = 1_767_225_600;

    /// <summary>How far the time of a token may be from its own clock.</summary>
    private const int TokenSeconds = 60;

    private int _limitSet;
    private long _blindUntilMs = long.MinValue;

    /// <summary>The password of its account "super".</summary>
    public string Password { get; set; } = "super";

    /// <summary>The salt of its tokens.</summary>
    public string Salt { get; set; } = "QbVy1Ou3";

    /// <summary>Whether its write switch is on.</summary>
    public bool AllowsWriting { get; set; } = true;

    /// <summary>An error it reports, or null.</summary>
    public string? Error { get; set; }

    /// <summary>Sends a heartbeat before every reply.</summary>
    public bool SendsHeartbeats { get; set; }

    /// <summary>How far its clock is ahead of the plant's.</summary>
    public int ClockAheadSeconds { get; set; }

    /// <summary>How long after a start it has no status yet.</summary>
    public int BlindMs { get; set; }

    /// <summary>How often a new limit has restarted it.</summary>
    public int Restarts { get; private set; }

    private bool IsWorking => Model.State is not PlantState.Sleeping;

    public override Conversation Open() => new Frames(this);

    private string Respond(JsonElement request)
    {
        lock (Model.Gate)
        {
            var command = request.TryGetProperty("cmd", out var cmd) ? cmd.GetString()! : "";
            var parameter = request.TryGetProperty("param", out var given) ? given : default;
            var word = parameter.ValueKind is JsonValueKind.String ? parameter.GetString()! : "";
            if (command.StartsWith("set.", StringComparison.Ordinal) && !(AllowsWriting && IsToken(request, command)))
                return Reply(-4, "\"no permission\"", command);
            return (command, word) switch
            {
                ("get.device.info", "miner") => Reply(0, Miner(), command),
                ("get.device.info", "power") => Reply(0, $"{{\"power\":{{\"type\":\"P221C\",\"mode\":\"1\",\"iin\":14.8,\"vin\":220.5,\"vout\":1209,\"pin\":{Watts},\"fanspeed\":6112,\"temp0\":41.3}}}}", command),
                ("get.device.info", "salt") => Reply(0, $"{{\"salt\":\"{Salt}\"}}", command),
                ("get.device.info", "error-code") => Reply(0, Errors(), command),
                ("get.miner.status", "summary") => IsWorking && Model.NowMs >= _blindUntilMs ? Reply(0, Summary(), command) : Reply(-1, "\"btminer is not running\"", command),
                ("set.miner.service", "stop") => Do(Model.Sleep, command),
                ("set.miner.service", "start") => Do(Start, command),
                ("set.miner.power_limit", _) => SetLimit(parameter, command),
                _ => Reply(-2, "\"invalid command\"", command),
            };
        }
    }

    private long ClockSeconds => EpochSeconds + Model.NowMs / 1000 + ClockAheadSeconds;

    private long Watts => (Model.Milliwatts + 500) / 1000;

    private bool IsToken(JsonElement request, string command)
    {
        if (!request.TryGetProperty("ts", out var ts) || !request.TryGetProperty("token", out var token) || !request.TryGetProperty("account", out var account))
            return false;
        if (!ts.TryGetInt64(out var at) || Math.Abs(at - ClockSeconds) > TokenSeconds)
            return false;
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(command + Password + Salt + ts.GetRawText()));
        return account.GetString() == "super" && token.GetString() == Convert.ToBase64String(digest)[..8];
    }

    private string Reply(int code, string message, string command) =>
        $"{{\"code\":{code},\"when\":{ClockSeconds},\"msg\":{message},\"desc\":\"{command}\"}}";

    private string Do(Action action, string command)
    {
        action();
        return Reply(0, "\"ok\"", command);
    }

    private void Start()
    {
        _blindUntilMs = Model.NowMs + BlindMs;
        Model.Wake();
    }

    private string SetLimit(JsonElement parameter, string command)
    {
        if (parameter.ValueKind is not JsonValueKind.Number || !parameter.TryGetInt32(out var watts) || watts is < 0 or > 99_999)
            return Reply(-3, "\"invalid json item\"", command);
        _limitSet = Model.Limit(watts);
        if (IsWorking && !Model.IgnoresCommands)
        {
            Restarts++;
            Model.Sleep();
            Start();
        }

        return Reply(0, "\"ok\"", command);
    }

    private string Miner() =>
        $"{{\"miner\":{{\"working\":\"{(IsWorking ? "true" : "false")}\",\"type\":\"{Model.Rating.Model}\",\"hash-board\":\"H70\",\"detect-hash-rate\":\"33780:33484:34102:0\","
        + $"\"fast-boot\":\"disable\",\"board-num\":\"3\",\"miner-sn\":\"HTM30S\",\"power-limit-set\":\"{(_limitSet == 0 ? "" : _limitSet)}\",\"web-pool\":1}}}}";

    private string Errors() => Error is null
        ? "{\"error-code\":[]}"
        : $"{{\"error-code\":[{{\"531\":\"2025-03-12 14:52:35\",\"reason\":\"{Error}\"}}]}}";

    private string Summary()
    {
        var terahashes = Model.MilliworkPerSecond / 1_000_000.0;
        var celsius = Model.MilliCelsius / 1000.0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"summary\":{{\"elapsed\":{Model.UptimeMs / 1000},\"bootup-time\":1175,\"freq-avg\":788,\"target-freq\":0,\"factory-hash\":101.366,\"hash-average\":101.847,\"hash-1min\":102.072,"
            + $"\"hash-realtime\":{terahashes:F3},\"power-rate\":31.886,\"power-5min\":3247.641,\"power-realtime\":{Watts},\"environment-temperature\":34.8,\"board-temperature\":[69.6,70.1,72.3],"
            + $"\"chip-temp-min\":{celsius - 10:F1},\"chip-temp-avg\":{celsius - 5:F1},\"chip-temp-max\":{celsius:F1},\"power-limit\":{Model.LimitWatts},\"up-freq-finish\":1,\"fan-speed-in\":4980}}}}");
    }

    private sealed class Frames(WhatsminerDevice device) : Conversation
    {
        private const int HeadBytes = 4;
        private const int RequestLimitBytes = 8_192;

        private readonly List<byte> _in = [];

        public override bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply)
        {
            _in.AddRange(bytes);
            while (_in.Count >= HeadBytes)
            {
                var all = _in.ToArray();
                var length = BinaryPrimitives.ReadUInt32LittleEndian(all);
                if (length > RequestLimitBytes)
                    return false;
                if (all.Length < HeadBytes + length)
                    return true;
                _in.RemoveRange(0, HeadBytes + (int)length);
                if (length == 0)
                    continue;
                if (device.SendsHeartbeats)
                    reply.Write(new byte[HeadBytes]);
                Write(reply, device.Send(Encoding.ASCII.GetBytes(Answer(all.AsMemory(HeadBytes, (int)length)))));
            }

            return true;
        }

        private string Answer(ReadOnlyMemory<byte> request)
        {
            try
            {
                using var document = JsonDocument.Parse(request);
                return device.Respond(document.RootElement);
            }
            catch (JsonException)
            {
                return device.Reply(-3, "\"invalid json item\"", "");
            }
        }

        private static void Write(IBufferWriter<byte> reply, byte[] json)
        {
            BinaryPrimitives.WriteInt32LittleEndian(reply.GetSpan(HeadBytes), json.Length);
            reply.Advance(HeadBytes);
            reply.Write(json);
        }
    }
}
