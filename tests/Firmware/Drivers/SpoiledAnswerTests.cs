using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>Every load on a network, by answers as broken as the field sends them: no crash, no wrong reading, no watt more.</summary>
public sealed class SpoiledAnswerTests
{
    private static readonly string[] Json = ["axeos", "luxos", "cgminer", "braiins", "vnish", "whatsminer", "aibox"];

    private static readonly string[] All = [.. Json, "avalon"];

    public static IEnumerable<TheoryDataRow<string, MalformedJson>> Ways() =>
        Json.SelectMany(name => Enum.GetValues<MalformedJson>(), (name, way) => new TheoryDataRow<string, MalformedJson>(name, way));

    public static IEnumerable<TheoryDataRow<string>> Names() => All.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Malformed_json_is_read_right_or_not_at_all(string name, MalformedJson way)
    {
        Rig rig = new(name);
        (rig.Plant.Fault, rig.Plant.Malformed) = (LineFault.Malformed, way);
        rig.Run(10);
        // A line end within a JSON line ends it.
        bool mayBeSilent = way is MalformedJson.Infinity or MalformedJson.NotANumber or MalformedJson.TruncatedTail || (name, way) is ("aibox", MalformedJson.Newlines);
        Assert.True(rig.Reads() || mayBeSilent);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_number_that_is_none_is_never_read_as_one(string name)
    {
        string[] words = ["inf", "NaN", "-", "1e999", "12.3.4", "0x11"];
        if (name != "avalon")
            words = [.. words, "\"inf\"", "\"nan\"", "null", "\"\"", "[]", "{}"];
        foreach (string word in words)
        {
            for (int number = 0; number < 40; number++)
            {
                Rig rig = new(name);
                int at = number;
                rig.Line.Spoil = sound => Replaced(sound, at, word);
                rig.Run(10);
                rig.Reads();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_answer_cut_anywhere_reads_right_or_not_at_all(string name)
    {
        for (int cut = 0; cut < 1_200; cut += cut < 400 ? 1 : 7)
        {
            Rig rig = new(name);
            int at = cut;
            rig.Line.Spoil = sound => sound[..int.Min(at, sound.Length)];
            rig.Run(10);
            rig.Reads();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Turned_bits_and_cuts_break_no_driver_and_give_no_watt_more(string name)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            Rig rig = new(name);
            Random chance = new(seed);
            rig.Load.Apply(rig.LimitWatts);
            rig.Run(200);
            rig.Line.Spoil = sound => Noisy(sound, chance);
            rig.Run(120);
            LoadReading reading = new();
            if (rig.Load.TryRead(reading))
                Assert.InRange(reading.Watts, 0, Bounds.Watts);
            if (rig.Load is not Cgminer)
                Assert.InRange(rig.Plant.Model.LimitWatts, 0, rig.LimitWatts);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_answer_of_a_megabyte_costs_neither_time_nor_memory(string name)
    {
        Rig rig = new(name);
        rig.Run(10);
        byte[] flood = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n" + new string('7', 1_048_576));
        rig.Line.Spoil = _ => flood;
        rig.Run(2);
        (long taken, long before) = (rig.Line.Taken, GC.GetAllocatedBytesForCurrentThread());
        int asked = rig.Run(20);
        Assert.InRange(rig.Line.Taken - taken, 0, asked * (TcpExchange.ReplyBytes + 1_000));
        // The plant's own answers and connections are most of it: a driver keeps no more than its one buffer.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, asked * 400_000);
        rig.Reads();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_trickle_ends_within_the_time_of_an_answer(string name)
    {
        Rig rig = new(name);
        rig.Line.Trickles = true;
        for (int i = 0; i < 20; i++)
        {
            long before = rig.Line.NowMs;
            rig.Load.Step(before);
            Assert.InRange(rig.Line.NowMs - before, 0, TcpExchange.ConnectMs + TcpExchange.AnswerMs);
            rig.Line.NowMs += 1_000;
        }

        rig.Reads();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sleeping_device_is_not_woken_by_noise(string name)
    {
        if (name == "cgminer")
            return;
        for (int seed = 0; seed < 30; seed++)
        {
            Rig rig = new(name);
            Random chance = new(1_000 + seed);
            rig.Load.Apply(0);
            rig.Run(200);
            rig.Line.Spoil = sound => Noisy(sound, chance);
            rig.Run(60);
            Assert.True(rig.Plant.Model.State is PlantState.Sleeping or PlantState.Draining or PlantState.Drained, $"seed {seed}");
        }
    }

    private static byte[] Noisy(byte[] sound, Random chance)
    {
        byte[] bytes = [.. sound];
        for (int i = chance.Next(12); i > 0 && bytes.Length > 0; i--)
            bytes[chance.Next(bytes.Length)] ^= (byte)(1 << chance.Next(8));
        return chance.Next(3) == 0 ? bytes[..chance.Next(bytes.Length + 1)] : bytes;
    }

    /// <summary>The answer with one of its numbers, counted from the first behind a colon, a bracket or a blank, replaced.</summary>
    private static byte[] Replaced(byte[] sound, int number, string word)
    {
        string text = Encoding.Latin1.GetString(sound);
        int body = text.IndexOf('{');
        MatchCollection numbers = Regex.Matches(text, @"(?<=[:\[ ])-?\d[\d.]*(?=[,}\] ])");
        Match[] inBody = [.. numbers.Where(one => one.Index > body)];
        if (number >= inBody.Length)
            return sound;
        Match chosen = inBody[number];
        string spoiled = text[..chosen.Index] + word + text[(chosen.Index + chosen.Length)..];
        int length = spoiled.Length - body;
        // What frames the answer tells its new length.
        spoiled = Regex.Replace(spoiled, @"Content-Length: \d+", $"Content-Length: {spoiled.Length - spoiled.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4}");
        byte[] bytes = Encoding.Latin1.GetBytes(spoiled);
        if (body == 4)
            (bytes[0], bytes[1]) = ((byte)length, (byte)(length >> 8));
        return bytes;
    }

    /// <summary>A driver, its simulated device, and the line between them.</summary>
    private sealed class Rig
    {
        private readonly PlantModel _model;

        public Rig(string name)
        {
            PlantRating rating = name switch
            {
                "axeos" => PlantRatings.BitaxeGamma,
                "aibox" => PlantRatings.AiBox60,
                "avalon" => PlantRatings.AvalonQ,
                "vnish" => PlantRatings.AntminerS19jPro with { CapsWatts = [1_400, 1_900, 2_500, 3_068] },
                "whatsminer" => PlantRatings.WhatsminerM30S,
                _ => PlantRatings.AntminerS19jPro,
            };
            _model = new PlantModel(rating with { NoiseMilliwatts = 0 }, seed: 1, startMs: -1_200_000);
            _model.Advance(0);
            Plant = name switch
            {
                "axeos" => new AxeOsDevice(_model),
                "luxos" => new LuxOsDevice(_model),
                "cgminer" => new CgminerDevice(_model),
                "braiins" => new BraiinsDevice(_model),
                "vnish" => new VnishDevice(_model),
                "whatsminer" => new WhatsminerDevice(_model),
                "aibox" => new AiBoxDevice(_model),
                _ => new AvalonDevice(_model),
            };
            Line = new SpoiledDevice(Plant);
            LimitWatts = rating.NominalWatts * 85 / 100;
            LoadAbility ability = new() { Name = "load-1", MinWatts = 1, MaxWatts = rating.MaxWatts, Sleeps = true, LevelWatts = [.. rating.CapsWatts] };
            Load = name switch
            {
                "axeos" => new AxeOs(ability, Line, "h", 80),
                "luxos" => new LuxOs(ability, Line, "h", 4028),
                "cgminer" => new Cgminer(ability, Line, "h", 4028),
                "braiins" => new Braiins(ability, Line, "h", 80, "", ""),
                "vnish" => new Vnish(ability, Line, "h", 80, ""),
                "whatsminer" => new Whatsminer(ability, Line, "h", 4433, "", ""),
                "aibox" => new AiBox(ability, Line, "h", 4060),
                _ => new Avalon(ability, Line, "h", 4028),
            };
        }

        public LoadDevice Plant { get; }

        public SpoiledDevice Line { get; }

        public LoadDriver Load { get; }

        /// <summary>A limit below what it takes at first.</summary>
        public int LimitWatts { get; }

        /// <summary>Steps the driver so often, half a second apart; answers how often.</summary>
        public int Run(int steps)
        {
            for (int i = 0; i < steps; i++, Line.NowMs += 500)
            {
                _model.Advance(Line.NowMs);
                Load.Step(Line.NowMs);
            }

            return steps;
        }

        /// <summary>Whether there is a reading; fails when it is not the device's truth. The device stands still meanwhile.</summary>
        public bool Reads()
        {
            LoadReading reading = new();
            if (!Load.TryRead(reading))
                return false;
            if (reading.HasWatts)
                Assert.InRange(reading.Watts * 1000L, _model.Milliwatts - 501, _model.Milliwatts + 501);
            if (reading.HasWorkRate)
                Assert.InRange(reading.WorkRate, (_model.MilliworkPerSecond * 98 / 100 - 2_000) / (Load is AiBox ? 1 : 1000), _model.MilliworkPerSecond / (Load is AiBox ? 1 : 1000) + 2);
            if (reading.HasTemperature)
                Assert.InRange(reading.TemperatureMilliC, 20_000, 100_000);
            return true;
        }
    }
}
