using System;
using System.Linq;
using System.Text;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

/// <summary>
/// Random and mutated payloads: reading never throws, allocates little, and either refuses with a reason or accepts what
/// can be written again. FLEET_SEED in the environment repeats a run.
/// </summary>
public sealed class FuzzTests
{
    private const int Rounds = 200000;

    /// <summary>A reason, a few strings, and the loads or slots of one message; the largest message is far below it.</summary>
    private const int MostBytesAllocated = 16 * 1024;

    private static readonly string[] Snippets =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "null", "true", "-", "0", "1e9", "1.5", "\0", "\u0080",
        "9223372036854775808", "-9223372036854775809", "\"mac\":\"\"", "\"unlimited\":true,", "[[[[[[[[[[[[[[[[[[",
    ];

    private readonly ITestOutputHelper _output;

    public FuzzTests(ITestOutputHelper output)
    {
        _output = output;
    }

    [Fact]
    public void Random_and_mutated_payloads_never_throw_and_are_refused_with_a_reason_or_written_again()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("FLEET_SEED"), out int given) ? given : Random.Shared.Next();
        _output.WriteLine($"FLEET_SEED={seed}");
        Random random = new Random(seed);
        byte[][] seeds = [.. Samples.Names.Select(name => Messages.Payload(Samples.Filled(name)))];
        Message[] messages = [.. Samples.Names.Select(Samples.Filled)];
        byte[] payload = new byte[Bounds.PayloadBytes + 16];
        byte[] again = new byte[Bounds.PayloadBytes];
        int accepted = 0;
        for (int round = 0; round < Rounds; round++)
        {
            int which = random.Next(messages.Length);
            int length = random.Next(20) == 0 ? Noise(random, payload) : Mutated(random, seeds[which], payload);
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool read = messages[which].TryRead(payload, length, out string reason);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            bool good = read
                ? reason == null && messages[which].Write(again, out reason) > 0
                : !string.IsNullOrEmpty(reason) && reason.Length <= 2 * Bounds.ReasonLength;
            accepted += read ? 1 : 0;
            if (!good || allocated > MostBytesAllocated)
                Assert.Fail($"seed {seed} round {round} {Samples.Names[which]}: {reason}, {allocated} bytes allocated, {Encoding.UTF8.GetString(payload, 0, length)}");
        }
        // Neither all nor none: the mutations must reach both ends.
        Assert.InRange(accepted, Rounds / 50, Rounds / 2);
    }

    [Fact]
    public void The_pull_reader_survives_any_walk_over_any_document()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("FLEET_SEED"), out int given) ? given : Random.Shared.Next();
        _output.WriteLine($"FLEET_SEED={seed}");
        Random random = new Random(seed);
        byte[][] seeds = [.. Samples.Names.Select(name => Messages.Payload(Samples.Filled(name)))];
        byte[] payload = new byte[Bounds.PayloadBytes];
        JsonReader json = new JsonReader();
        for (int round = 0; round < Rounds / 10; round++)
        {
            int length = Mutated(random, seeds[random.Next(seeds.Length)], payload);
            json.TryStart(payload, length, out _);
            for (int step = random.Next(60); step > 0; step--)
                Step(json, random.Next(14));
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{\"id\":")]
    [InlineData("\"a\":0,")]
    [InlineData("\\")]
    [InlineData("1")]
    [InlineData("   ")]
    public void The_worst_payload_takes_little_time(string repeated)
    {
        string text = "{\"loads\":[" + string.Concat(Enumerable.Repeat(repeated, Bounds.PayloadBytes));
        byte[] payload = Encoding.UTF8.GetBytes(text);
        Telemetry telemetry = new Telemetry();
        long start = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 100; i++)
            Assert.False(telemetry.TryRead(payload, Bounds.PayloadBytes, out _));
        // Linear work is 0.4 MB here, a few milliseconds; anything quadratic would take seconds.
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds, 0, 1000);
    }

    private static int Noise(Random random, byte[] payload)
    {
        int length = random.Next(200);
        random.NextBytes(payload.AsSpan(0, length));
        return length;
    }

    private static int Mutated(Random random, byte[] seed, byte[] payload)
    {
        seed.CopyTo(payload, 0);
        int length = seed.Length;
        for (int i = random.Next(4); i >= 0 && length > 0; i--)
        {
            int at = random.Next(length);
            int size = Math.Min(random.Next(1, 12), length - at);
            switch (random.Next(6))
            {
                case 0:
                    payload[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    payload[at] = (byte)"0123456789"[random.Next(10)];
                    break;
                case 2:
                    payload.AsSpan(at + size, length - at - size).CopyTo(payload.AsSpan(at));
                    length -= size;
                    break;
                case 3:
                    length = Insert(payload, length, at, payload.AsSpan(random.Next(length - size + 1), size).ToArray());
                    break;
                case 4:
                    length = Insert(payload, length, at, Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]));
                    break;
                default:
                    length = random.Next(3) == 0 ? at : length;
                    break;
            }
        }
        return length;
    }

    private static int Insert(byte[] payload, int length, int at, byte[] inserted)
    {
        if (length + inserted.Length > payload.Length)
            return length;
        payload.AsSpan(at, length - at).CopyTo(payload.AsSpan(at + inserted.Length));
        inserted.CopyTo(payload, at);
        return length + inserted.Length;
    }

    private static bool Step(JsonReader json, int step)
    {
        return step switch
        {
            0 or 1 => json.EnterObject(),
            2 or 3 => json.NextField(),
            4 => json.EnterArray(),
            5 => json.NextItem(),
            6 => json.Find("watts"),
            7 => json.TryLong(0, 9, out _),
            8 => json.TryScaled(3, out _),
            9 => json.TryString(20, out _),
            10 => json.StringIs("plan") || json.IsString,
            11 => json.NameIs("seq") || json.TryName(9, out _),
            12 => json.TryBool(out _) || json.IsNull(),
            _ => Left(json),
        };
    }

    private static bool Left(JsonReader json)
    {
        json.Leave();
        return true;
    }
}
