using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

public sealed class RoundTripTests
{
    private static readonly JsonSerializerOptions Unescaped =
        new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] UnknownValues =
    [
        "null", "true", "1.5e300", "-12", "\"text \\\" } ] \\u00e9\"", "[]", "{}", "[[{\"id\":[1,{\"seq\":null}]}],2]",
        "{\"watts\":1,\"loads\":[{\"name\":\"x\"}],\"watts\":2}",
    ];

    [Fact]
    public void Every_message_reads_back_as_it_was_written()
    {
        Messages.Any.Sample(message =>
        {
            Message read = Messages.EmptyLike(message);
            byte[] payload = Messages.Payload(message);
            Assert.True(read.TryRead(payload, payload.Length, out string reason), reason);
            Assert.Equivalent(message, read, strict: true);
        }, iter: 3000);
    }

    [Fact]
    public void A_message_that_was_read_lets_go_of_its_payload()
    {
        Heartbeat heartbeat = new();
        WeakReference payload = Read(heartbeat);
        GC.Collect();
        Assert.False(payload.IsAlive);
        GC.KeepAlive(heartbeat);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Read(Message message)
        {
            byte[] payload = Messages.Payload(new Heartbeat());
            Assert.True(message.TryRead(payload, payload.Length, out _));
            return new WeakReference(payload);
        }
    }

    [Fact]
    public void Reading_into_a_used_instance_leaves_nothing_of_what_it_held()
    {
        Gen.Select(Messages.Any, Messages.Any).Where((a, b) => a.GetType() == b.GetType()).Sample((before, message) =>
        {
            byte[] payload = Messages.Payload(message);
            Assert.True(before.TryRead(payload, payload.Length, out string reason), reason);
            Assert.Equal(Messages.Json(message), Messages.Json(before));
        }, iter: 300);
    }

    [Fact]
    public void Unknown_fields_anywhere_and_any_order_change_nothing()
    {
        Gen.Select(Messages.Any, Gen.Int).Sample((message, seed) =>
        {
            JsonNode node = JsonNode.Parse(Messages.Json(message))!;
            string disturbed = Disturbed(node, new Random(seed), isSettings: false).ToJsonString(Unescaped);
            byte[] payload = System.Text.Encoding.UTF8.GetBytes(disturbed);
            if (payload.Length > Bounds.PayloadBytes)
                return;
            Message read = Messages.EmptyLike(message);
            Assert.True(read.TryRead(payload, payload.Length, out string reason), reason);
            Assert.Equivalent(message, read, strict: true);
        }, iter: 3000);
    }

    /// <summary>The same with its fields shuffled and unknown ones among them; the names of settings are no fields.</summary>
    private static JsonNode Disturbed(JsonNode node, Random random, bool isSettings)
    {
        if (node is JsonArray array)
            return new JsonArray([.. array.Select(item => Disturbed(item!, random, false))]);
        if (node is not JsonObject known)
            return node.DeepClone();
        List<KeyValuePair<string, JsonNode?>> fields = [];
        foreach (KeyValuePair<string, JsonNode?> field in known)
            fields.Add(new(field.Key, Disturbed(field.Value!, random, field.Key == "settings")));
        if (isSettings)
            return new JsonObject(fields);
        for (int i = random.Next(4); i > 0; i--)
            fields.Add(new("unknown" + i, JsonNode.Parse(UnknownValues[random.Next(UnknownValues.Length)])));
        return new JsonObject(fields.OrderBy(_ => random.Next()));
    }

    [Fact]
    public void Keeps_the_string_it_holds_when_the_payload_says_the_same()
    {
        Telemetry telemetry = Samples.Telemetry();
        byte[] payload = Messages.Payload(telemetry);
        string held = new string(telemetry.SetpointId);
        telemetry.SetpointId = held;
        Assert.True(telemetry.TryRead(payload, payload.Length, out _));
        Assert.Same(held, telemetry.SetpointId);
    }

    [Fact]
    public void Steady_telemetry_is_written_and_read_without_allocating()
    {
        Telemetry sent = Samples.Telemetry();
        Telemetry received = new Telemetry();
        byte[] buffer = new byte[Bounds.PayloadBytes];
        bool good = true;
        long before = 0;
        for (int i = 0; i < 1100; i++)
        {
            if (i == 100)
                before = GC.GetAllocatedBytesForCurrentThread();
            sent.Sequence++;
            sent.Watts = 9000 - i;
            good &= received.TryRead(buffer, sent.Write(buffer), out _) && received.Watts == sent.Watts;
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(good);
    }
}
