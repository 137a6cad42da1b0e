using System;
using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>A steady poll makes no garbage: the device's heap is small and its collector stops the tick.</summary>
public sealed class AllocationTests
{
    private static readonly LoadAbility Ability = new() { Name = "load-1", MinWatts = 1, MaxWatts = 100_000 };

    [Fact]
    public void Polling_axeos_allocates_nothing()
    {
        string info = "{\"power\":17.5,\"hashRate\":1071.2,\"frequency\":525,\"temp\":61.2,\"ASICModel\":\"BM1370\",\"a\":\"" + new string('x', 7_000) + "\"}";
        Replay replay = new($"HTTP/1.1 200 OK\r\nContent-Length: {info.Length}\r\n\r\n{info}");
        Steady(new AxeOs(Ability, replay, "h", 80), LoadDriver.PollMs);
        Assert.True(replay.Requests > 100);
    }

    [Fact]
    public void Polling_luxos_allocates_nothing()
    {
        const string Ok = "{\"STATUS\":[{\"STATUS\":\"S\",\"Code\":1}],";
        Replay replay = new(
            Ok + "\"POWER\":[{\"Watts\":3500}]}\0",
            Ok + "\"CurtailMode\":\"None\",\"IdealPowerTarget\":3500,\"GHS 5s\":200000.5,\"TopLeft\":59}\0");
        Steady(new LuxOs(Ability, replay, "h", 4028), LoadDriver.PollMs / 2);
        Assert.True(replay.Requests > 100);
    }

    [Fact]
    public void Polling_an_ai_box_allocates_nothing()
    {
        Replay replay = new("{\"watts\":38,\"capWatts\":40,\"minWatts\":15,\"maxWatts\":60,\"millitokensPerSecond\":1,\"state\":\"running\"}\n");
        AiBox box = new(Ability, replay, "h", 4060);
        Steady(box, LoadDriver.PollMs);
        Assert.True(replay.Requests > 100);
    }

    [Fact]
    public void Polling_an_avalon_allocates_nothing()
    {
        Replay replay = new("STATUS=S,When=1742265634|STATS=0,MM ID0=Ver[Q-25052801] SYSTEMSTATU[Work: In Work, Hash Board: 1] PS[0 1 2 3 4 5 800] GHSspd[5.0] WORKMODE[1]|\0");
        Steady(new Avalon(Ability, replay, "h", 4028), LoadDriver.PollMs);
        Assert.True(replay.Requests > 100);
    }

    [Fact]
    public void Polling_any_cgminer_allocates_nothing()
    {
        Replay replay = new("{\"STATUS\":[{\"STATUS\":\"S\"}],\"GHS 5s\":200000.5,\"temp1\":59}\0");
        Steady(new Cgminer(Ability, replay, "h", 4028), LoadDriver.PollMs / 2);
        Assert.True(replay.Requests > 100);
    }

    [Fact]
    public void Polling_miners_with_a_login_allocates_nothing()
    {
        const string All = "{\"token\":\"T\",\"status\":2,\"power_target\":{\"watt\":3000},\"approximated_consumption\":{\"watt\":3050},\"temperature\":{\"degree_c\":61.5},"
            + "\"miner\":{\"power_consumption\":3050,\"miner_status\":{\"miner_state\":\"mining\"}},\"current_preset\":{\"name\":\"3000\"}}";
        LoadAbility stepped = new() { Name = "load-1", MinWatts = 1, MaxWatts = 100_000, LevelWatts = [1_000, 3_000] };
        Replay replay = new($"HTTP/1.1 200 OK\r\nContent-Length: {All.Length}\r\n\r\n{All}");
        foreach (LoadDriver driver in (LoadDriver[])[new Braiins(Ability, replay, "h", 80, "", ""), new Vnish(stepped, replay, "h", 80, "")])
        {
            driver.Apply(3_000);
            Steady(driver, LoadDriver.PollMs / 2);
        }

        Assert.True(replay.Requests > 200);
    }

    [Fact]
    public void Polling_a_whatsminer_allocates_nothing()
    {
        const string All = "{\"code\":0,\"when\":1,\"working\":\"true\",\"power-limit-set\":\"3000\",\"power-realtime\":2950,\"hash-realtime\":101.8,\"chip-temp-max\":90.1}";
        Replay replay = new((char)All.Length + "\0\0\0" + All);
        Steady(new Whatsminer(Ability, replay, "h", 4433, "", ""), LoadDriver.PollMs / 2);
        Assert.True(replay.Requests > 100);
    }

    [Fact]
    public void Polling_a_meter_allocates_nothing()
    {
        byte[] frame = [1, 4, 4, 0x42, 0x48, 0, 0, 0, 0];
        int crc = ModbusBus.Crc(frame, 0, 7);
        (frame[7], frame[8]) = ((byte)crc, (byte)(crc >> 8));
        Replay replay = new(Encoding.Latin1.GetString(frame));
        ModbusMeter meter = ModbusMeter.Sdm120(Wired.Meter(new ModbusBus(replay), 1));
        Steady(meter, MeterDriver.PollMs / 4);
        MeterReading reading = new();
        Assert.True(meter.TryRead(reading) && reading.Watts == 50 && reading.HasFrequency);
    }

    [Fact]
    public void Polling_what_is_wired_to_the_board_allocates_nothing()
    {
        Wiring wiring = Wired.Meter("");
        Parts parts = new();
        (wiring.I2c, wiring.Pulses, wiring.Thermometer) = (parts, parts, Wired.Thermometer("\"rom\":\"28ff641e0216035c\"").Thermometer);
        (wiring.Analog, wiring.OneWire, wiring.Dimmer, wiring.Load) = (parts, parts, parts, Wired.Load("\"maxWatts\":100").Load);
        DimmerLoad dimmer = new(Ability, wiring);
        dimmer.Apply(50);
        Driver[] drivers = [InaMeter.Ina226(wiring), InaMeter.Ina228(wiring), new PulseMeter(wiring), new Ds18B20(wiring), new Ntc(wiring), dimmer];
        foreach (Driver driver in drivers)
            Steady(driver, 400);
        Assert.True(parts.Uses > 1000);
    }

    private static void Steady(Driver driver, int everyMs)
    {
        long nowMs = 0;
        for (int i = 0; i < 50; i++)
            driver.Step(nowMs += everyMs);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
            driver.Step(nowMs += everyMs);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>Every part there is, each answering what keeps its driver busy.</summary>
    private sealed class Parts : II2cDevice, IPulseInput, IAnalogInput, IAnalogOutput, IOneWireBus
    {
        public int Uses { get; private set; }

        public bool Exchange(byte[] write, int writeCount, byte[] read, int readCount)
        {
            Uses++;
            int value = write[0] switch { 0 => 0x4927, 1 => 0xBB6C, 0xFF => 0x2260, 0x3F => 0x2281, _ => 0x0A0A };
            for (int i = 0; i < readCount; i++)
                read[i] = (byte)(i % 2 == 0 ? value >> 8 : value);
            return true;
        }

        public bool TryRead(out long pulses)
        {
            pulses = Uses++;
            return true;
        }

        public bool TryRead(out int millivolts)
        {
            millivolts = 1650;
            return true;
        }

        public void Set(int permille) => Uses++;

        public bool Reset() => true;

        public void Write(byte value) => Uses++;

        public byte Read() => 0;
    }

    /// <summary>Answers each request by the next of its replies, and allocates nothing itself.</summary>
    private sealed class Replay(params string[] replies) : IDialer, IByteChannel
    {
        private readonly byte[][] _replies = [.. replies.Select(Encoding.Latin1.GetBytes)];
        private byte[] _reply = [];
        private int _at;

        public int Requests { get; private set; }

        public IByteChannel Dial(string host, int port, int timeoutMs) => this;

        public bool Write(byte[] buffer, int offset, int count)
        {
            _reply = _replies[Requests++ % _replies.Length];
            _at = 0;
            return true;
        }

        public int Read(byte[] buffer, int offset, int count, ref int leftMs)
        {
            int taken = int.Min(count, _reply.Length - _at);
            Array.Copy(_reply, _at, buffer, offset, taken);
            _at += taken;
            return taken;
        }

        public void Close()
        {
        }
    }
}
