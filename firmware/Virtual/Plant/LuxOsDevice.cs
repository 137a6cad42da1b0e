using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>An Antminer with LuxOS firmware: one JSON command a connection, TCP 4028 of the real device.</summary>
/// <remarks>
/// Names, codes and messages of successes follow docs.luxor.tech (curtail 335, profileset 321, logon 316, session 319,
/// version 22, temps 201, reboot 305), live replies in 256foundation/asic-rs (power 311, config 33, events 357) and the field names read by pyasic, the Home Assistant integrations and bitcap-ipr
/// (power targets in config and limits). Invalid
/// JSON is code 23, a missing command 24, an unknown one 14, as in cgminer. Every reply has a STATUS array, ends with
/// NUL, and the connection is closed.
/// <para>
/// Interpretation: the codes of refusals are not published; ours are 4xx, and a driver is to go by STATUS "E". A power
/// target is a setting and is taken asleep; it applies at wakeup. A profile selector by watts or TH/s picks the
/// highest profile at or below it. Names beyond those sources are our reading.
/// </para>
/// </remarks>
public sealed class LuxOsDevice : LoadDevice
{
    /// <summary>A session unused for this long is gone.</summary>
    public const int SessionIdleMs = 60_000;

    /// <summary>Longest request.</summary>
    public const int RequestLimitBytes = 2_048;

    private const string SessionLetters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789";
    private const int SessionLength = 8;

    private readonly LuxOsCommands _commands;
    private readonly Random _chance;
    private string _sessionId = "";
    private long _sessionUsedMs;
    private long _sessionBootId;

    public LuxOsDevice(PlantModel model, int seed = 0)
        : base(model)
    {
        _chance = new Random(seed);
        _commands = new LuxOsCommands(this);
    }

    /// <summary>A model that is tuned by profiles alone.</summary>
    public bool LacksTargets { get; set; }

    /// <summary>The one session that can exist, or empty.</summary>
    public string SessionId
    {
        get
        {
            if (Model.NowMs - _sessionUsedMs >= SessionIdleMs || _sessionBootId != Model.BootId)
                _sessionId = "";
            return _sessionId;
        }
    }

    public override Conversation Open() => new OneCommand(this);

    /// <summary>Opens a session; false when there is one.</summary>
    internal bool TryLogon()
    {
        if (SessionId != "")
            return false;
        _sessionId = new string(_chance.GetItems<char>(SessionLetters, SessionLength));
        (_sessionUsedMs, _sessionBootId) = (Model.NowMs, Model.BootId);
        return true;
    }

    /// <summary>Whether this is the open session; if so, it lives another minute.</summary>
    internal bool TryUse(string sessionId)
    {
        if (sessionId == "" || sessionId != SessionId)
            return false;
        _sessionUsedMs = Model.NowMs;
        return true;
    }

    /// <summary>Ends the session, whosever it is.</summary>
    internal void Logoff() => _sessionId = "";

    private byte[] Respond(JsonElement request)
    {
        lock (Model.Gate)
        {
            var parameter = "";
            if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("command", out var command) || command.ValueKind != JsonValueKind.String)
                return Write(LuxOsReply.Refusal(24, "Missing JSON 'command'"));
            if (request.TryGetProperty("parameter", out var given))
                parameter = given.ValueKind == JsonValueKind.String ? given.GetString()! : given.GetRawText();
            return Write(_commands.Run(command.GetString()!, parameter));
        }
    }

    private byte[] Write(LuxOsReply reply) => Send(JsonReply.Write(json => reply.Write(json, Model.NowMs)));

    private sealed class OneCommand(LuxOsDevice device) : Conversation
    {
        private readonly List<byte> _in = [];

        public override bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply)
        {
            _in.AddRange(bytes);
            var request = _in.ToArray().AsSpan();
            var end = request.IndexOfAny((byte)'\n', (byte)0);
            var complete = end >= 0 || request.Length > RequestLimitBytes;
            try
            {
                var reader = new Utf8JsonReader(end >= 0 ? request[..end] : request, complete, default);
                if (!JsonDocument.TryParseValue(ref reader, out var document))
                    return true;
                using (document)
                    reply.Write(device.Respond(document.RootElement));
            }
            catch (JsonException)
            {
                reply.Write(device.Write(LuxOsReply.Refusal(23, "Invalid JSON")));
            }

            reply.Write("\0"u8);
            return false;
        }
    }
}
