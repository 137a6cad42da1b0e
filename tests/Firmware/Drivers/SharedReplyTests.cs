using System;
using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Tests.Tidy.Device;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>Miners of one kind share what they scan replies with, and the host steps them from more than one thread.</summary>
public sealed class SharedReplyTests
{
    [Fact]
    public void Miners_that_are_in_an_exchange_at_once_each_hear_their_own()
    {
        Miners miners = new(3);
        for (int i = 0; i < 3; i++)
        {
            int next = i + 1;
            miners.WhileReading[i] = () => miners.Step(next);
        }

        for (int step = 0; step < 4; step++)
            miners.Step(0);
        Assert.Equal([100, 101, 102], Enumerable.Range(0, 3).Select(miners.Rate));
    }

    [Fact]
    public void A_scanner_is_made_for_each_that_is_in_use_at_once_and_for_no_more()
    {
        FieldScanner one = new("a/b,c;d");
        FieldScanner first = one.Lend();
        FieldScanner second = first.Lend();
        FieldScanner third = one.Lend();
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
        second.TakeBack();
        Assert.Same(second, third.Lend());
        Array.ForEach([first, second, third], scanner => scanner.TakeBack());
        Assert.Equal(3, new[] { second.Lend(), second.Lend(), second.Lend() }.Distinct().Count());
        byte[] reply = Encoding.ASCII.GetBytes("{\"a\":{\"b\":1},\"c\":2,\"d\":3}");
        second.Reset();
        second.Take(reply, 0, reply.Length);
        Assert.True(second.Is(0, "1") && second.Is(1, "2") && second.Is(2, "3"));
    }

    [Fact]
    public void An_exchange_that_throws_gives_its_scanner_back()
    {
        Miners miners = new(2);
        miners.Step(0);
        miners.Step(1);
        int before = miners.Bytes;
        for (int i = 0; i < 2; i++)
            miners.WhileReading[i] = () => throw new InvalidOperationException();
        for (int step = 0; step < 10; step++)
        {
            miners.Step(0);
            miners.Step(1);
        }

        Assert.Equal(before, miners.Bytes);
    }

    /// <summary>So many of any cgminer, of which each tells its own rate of work; a reply may take as long as it takes another to be asked.</summary>
    private sealed class Miners : IPorts, IDialer
    {
        private readonly DriverTable _table;
        private long _nowMs;

        public Miners(int count)
        {
            WhileReading = new Action?[count + 1];
            Settings settings = FirmwareRig.Read($$"""
                {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"gateway","secret":"{{FirmwareRig.Secret}}","failSafeWatts":1000,
                 "loads":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"name":"m-{{i}}","driver":"cgminer","host":"{{i}}","maxWatts":1000}"""))}}]}
                """);
            _table = DriverTable.Create(settings, this, out string reason) ?? throw new InvalidOperationException(reason);
        }

        public Action?[] WhileReading { get; }

        public int Bytes => new DeviceHeap(typeof(DriverTable).Assembly, typeof(Settings).Assembly).Add(_table.Drivers).Bytes;

        public IDialer Dialer => this;

        public void Step(int miner)
        {
            if (miner < _table.Drivers.Length)
                _table.Drivers[miner].Step(_nowMs += 20_000);
        }

        public long Rate(int miner)
        {
            LoadReading reading = new();
            return _table.Loads[miner].TryRead(reading) ? reading.WorkRate : -1;
        }

        public IByteChannel Dial(string host, int port, int timeoutMs) => new Answer(this, int.Parse(host, System.Globalization.CultureInfo.InvariantCulture));

        public IByteChannel? Serial(string name, int baud) => null;

        public IOutputPin? Output(string name) => null;

        public II2cDevice? I2c(string name, int address) => null;

        public IAnalogInput? Analog(string name) => null;

        public IAnalogOutput? Dimmer(string name) => null;

        public IPulseInput? Pulses(string name) => null;

        public IOneWireBus? OneWire(string name) => null;

        private sealed class Answer(Miners miners, int miner) : IByteChannel
        {
            private readonly byte[] _bytes = Encoding.ASCII.GetBytes($"{{\"STATUS\":\"S\",\"GHS 5s\":{100 + miner},\"temp1\":{50 + miner}}}\0");
            private int _at;

            /// <summary>Half of it, then what is to happen meanwhile, then the rest.</summary>
            public int Read(byte[] buffer, int offset, int count, ref int leftMs)
            {
                if (_at > 0)
                    miners.WhileReading[miner]?.Invoke();
                int taken = _at == 0 ? _bytes.Length / 2 : _bytes.Length - _at;
                Array.Copy(_bytes, _at, buffer, offset, taken);
                _at += taken;
                return taken;
            }

            public bool Write(byte[] buffer, int offset, int count) => true;

            public void Close()
            {
            }
        }
    }
}
