using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text.Json;

namespace Fleet.Virtual.Plant;

/// <summary>An edge AI box: JSON lines over TCP, the protocol of Fleet's own agent on the box.</summary>
/// <remarks>
/// The protocol, complete. UTF-8, one JSON object a line, each line ended by LF (a CR before it is ignored). One reply
/// line to each request line, in order; the connection stays open for more. A request line is at most 512 bytes. All
/// numbers are whole. Unknown members of a request are ignored; a driver ignores unknown members of a reply.
/// <code>
/// request                        effect
/// {"cmd":"status"}               none
/// {"cmd":"cap","watts":N}        limits the power to N. The box keeps the highest of its own steps at or below N, within
///                                a second, and reports it as capWatts. N below minWatts or above maxWatts is an error
///                                and changes nothing. Allowed in every state; kept until the next cap, not over a reboot.
/// {"cmd":"drain"}                takes no new requests, finishes those it has, rests a few seconds, then sleeps
/// {"cmd":"resume"}               ends draining, drained or sleeping; a sleeping box works again after some seconds
///
/// reply to each of them, with the state after it:
/// {"watts":58,"capWatts":60,"minWatts":15,"maxWatts":60,"tokens":123456,"millitokensPerSecond":41800,
///  "activeRequests":4,"state":"running","temperatureMilliC":61250,"bootId":172635}
///
///   watts                 power now, the box's own meter
///   capWatts              limit in force
///   minWatts, maxWatts    lowest and highest limit it can keep
///   tokens                tokens produced; falls to 0 at boot
///   millitokensPerSecond  thousandths of a token a second, now
///   activeRequests        requests being served
///   state                 running | draining | drained | sleeping
///   temperatureMilliC     hottest chip, thousandths of a degree Celsius
///   bootId                positive, another after every boot: then cap, tokens and state are fresh
///
/// error, with what is wrong, where, and what to do; the state is unchanged:
/// {"error":"cap: watts 5 is below minWatts 15; send 15 to 60"}
/// A line that is too long is answered by an error, and the connection closed.
/// </code>
/// State "running" includes the seconds after resume or boot without a token yet; "drained" includes a box that stopped
/// itself for heat and will run again by itself. Drain and resume of a box already there are not errors.
/// </remarks>
public sealed class AiBoxDevice(PlantModel model) : LoadDevice(model)
{
    /// <summary>Longest request line.</summary>
    public const int LineLimitBytes = 512;

    public override Conversation Open() => new Lines(this);

    private byte[] Respond(ReadOnlySpan<byte> line)
    {
        lock (Model.Gate)
        {
            var error = Obey(line);
            return Send(JsonReply.Write(json =>
            {
                json.WriteStartObject();
                if (error is null)
                    Status(json);
                else
                    json.WriteString("error", error);
                json.WriteEndObject();
            }));
        }
    }

    private string? Obey(ReadOnlySpan<byte> line)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(line.ToArray());
        }
        catch (JsonException)
        {
            return "line: not a JSON object; send one object a line";
        }

        using (document)
        {
            var request = document.RootElement;
            if (request.ValueKind != JsonValueKind.Object || !request.TryGetProperty("cmd", out var cmd) || cmd.ValueKind != JsonValueKind.String)
                return "cmd: missing or not a string; send status, cap, drain or resume";
            switch (cmd.GetString())
            {
                case "status":
                    return null;
                case "cap":
                    return Cap(request);
                case "drain":
                    Model.Drain();
                    return null;
                case "resume":
                    Model.Wake();
                    return null;
                default:
                    return $"cmd: {cmd.GetRawText()} is unknown; send status, cap, drain or resume";
            }
        }
    }

    private string? Cap(JsonElement request)
    {
        var (min, max) = (Model.Rating.MinWatts, Model.Rating.MaxWatts);
        if (!request.TryGetProperty("watts", out var member) || member.ValueKind != JsonValueKind.Number || !member.TryGetInt32(out var watts))
            return $"cap: watts is missing or not a whole number; send {min} to {max}";
        if (watts < min)
            return $"cap: watts {watts} is below minWatts {min}; send {min} to {max}";
        if (watts > max)
            return $"cap: watts {watts} is above maxWatts {max}; send {min} to {max}";
        Model.Limit(watts);
        return null;
    }

    private void Status(Utf8JsonWriter json)
    {
        json.WriteNumber("watts", (Model.Milliwatts + 500) / 1000);
        json.WriteNumber("capWatts", Model.LimitWatts);
        json.WriteNumber("minWatts", Model.Rating.MinWatts);
        json.WriteNumber("maxWatts", Model.Rating.MaxWatts);
        json.WriteNumber("tokens", Model.WorkSinceBoot);
        json.WriteNumber("millitokensPerSecond", Model.MilliworkPerSecond);
        json.WriteNumber("activeRequests", Model.ActiveRequests);
        json.WriteString("state", Model.State switch
        {
            PlantState.Draining => "draining",
            PlantState.Drained or PlantState.Tripped => "drained",
            PlantState.Sleeping => "sleeping",
            _ => "running",
        });
        json.WriteNumber("temperatureMilliC", Model.MilliCelsius);
        json.WriteNumber("bootId", Model.BootId);
    }

    private sealed class Lines(AiBoxDevice box) : Conversation
    {
        private readonly List<byte> _line = [];

        public override bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply)
        {
            foreach (var one in bytes)
            {
                if (one == '\n')
                {
                    Answer(box.Respond(_line.ToArray()), reply);
                    _line.Clear();
                }
                else if (_line.Count < LineLimitBytes)
                    _line.Add(one);
                else
                {
                    Answer("{\"error\":\"line: longer than 512 bytes; send one short object a line\"}"u8, reply);
                    return false;
                }
            }

            return true;
        }

        private static void Answer(ReadOnlySpan<byte> line, IBufferWriter<byte> reply)
        {
            reply.Write(line);
            reply.Write("\n"u8);
        }
    }
}
