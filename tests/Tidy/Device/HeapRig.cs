using System;
using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Fleet.Wire;

namespace Fleet.Tests.Tidy.Device;

/// <summary>
/// A controller with its real drivers, as the device runs it: miners and a meter that answer their own protocols, a gateway
/// that signs, a link that takes everything. Its minutes are moved by <see cref="Run"/>.
/// </summary>
internal sealed class HeapRig : IPorts, IDialer
{
    private static readonly byte[] Key = FirmwareRig.Key;

    private readonly FirmwareUplink _uplink = new() { Remembers = false };
    private readonly byte[] _payload = new byte[Bounds.PayloadBytes];
    private long _nowMs;
    private long _sequence;

    public HeapRig(int loads)
    {
        Settings = FirmwareRig.Read($$"""
            {"site":"hill","controller":"container-17","board":"olimex-esp32-poe-iso","brokerHost":"gateway.hill.example",
             "secret":"{{FirmwareRig.Secret}}","failSafeWatts":{{4000 * loads}},
             "loads":[{{string.Join(',', Enumerable.Range(1, loads).Select(Load))}}],
             "meters":[{"driver":"sdm630","serial":"rs485","address":1}]}
            """);
        Drivers = DriverTable.Create(Settings, this, out string reason) ?? throw new InvalidOperationException(reason);
        Controller = new Controller(Settings, Drivers.Loads, Drivers.Meters, Drivers.Thermometers, new FirmwareStore(), _uplink, bootId: 1);
    }

    public Settings Settings { get; }

    public DriverTable Drivers { get; }

    public Controller Controller { get; }

    public IDialer Dialer => this;

    private long UtcMs => 1782907200000 + _nowMs;

    /// <summary>Lets so many seconds pass, with the drivers' steps and a heartbeat every five.</summary>
    public HeapRig Run(int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            if (i % 5 == 0)
                Hear(Kind.Heartbeat);
            for (int step = 0; step < 10; step++)
            {
                foreach (Driver driver in Drivers.Drivers)
                    driver.Step(_nowMs + step * 100);
            }
            Tick();
        }
        return this;
    }

    /// <summary>Everything a gateway can say, so that all that is made late is made.</summary>
    public HeapRig HearEverything()
    {
        Controller.NoteReboot(_nowMs, 1);
        Controller.SetUtc(_nowMs, UtcMs);
        Run(60);
        Hear(Kind.Setpoint);
        Run(60);
        Hear(Kind.Schedule);
        Hear(Kind.Config);
        Hear(Kind.Command);
        return Run(200);
    }

    /// <summary>The gateway says this, as long as it gets.</summary>
    public void Hear(Kind kind) => Send(kind, kind switch
    {
        Kind.Heartbeat => new Heartbeat { UtcMs = UtcMs, Epoch = 1 },
        Kind.Setpoint => Signed(new Setpoint
        {
            LimitWatts = 3000 * Drivers.Loads.Length,
            LoadWatts = [.. Drivers.Loads.Select(_ => 3000)],
            RampWattsPerSecond = 500,
            ValidSeconds = 900,
            Reason = "the plan of this slot",
        }),
        Kind.Schedule => Signed(new Schedule
        {
            StartUtcMs = UtcMs - UtcMs % 900_000,
            SlotSeconds = 900,
            LimitWatts = [.. Enumerable.Repeat(28_000, Bounds.Slots)],
            HasHashprice = true,
            HashpriceMicros = 38_400,
            PricePerMegawattHour = [.. Enumerable.Repeat(60, 132)],
        }),
        Kind.Config => Signed(new Config { Names = ["telemetrySeconds", "recordSeconds"], Values = [2, 60] }),
        _ => Signed(new Command { Action = CommandAction.Identify, Argument = "" }),
    });

    /// <summary>One tick, all messages of which the broker has.</summary>
    public void Tick()
    {
        int before = _uplink.Sends;
        Controller.Tick(_nowMs);
        for (int number = before + 1; number <= _uplink.Sends; number++)
            Controller.Delivered(number);
        _nowMs += 1000;
    }

    IByteChannel IDialer.Dial(string host, int port, int timeoutMs) => new Miner();

    IByteChannel IPorts.Serial(string name, int baud) => new Meter();

    IOutputPin IPorts.Output(string name) => throw new NotSupportedException(name);

    II2cDevice IPorts.I2c(string name, int address) => throw new NotSupportedException(name);

    IAnalogInput IPorts.Analog(string name) => throw new NotSupportedException(name);

    IAnalogOutput IPorts.Dimmer(string name) => throw new NotSupportedException(name);

    IPulseInput IPorts.Pulses(string name) => throw new NotSupportedException(name);

    IOneWireBus IPorts.OneWire(string name) => throw new NotSupportedException(name);

    private static string Load(int i) =>
        $$"""{"name":"s21-{{i}}","driver":"luxos","host":"10.0.0.{{20 + i}}","minWatts":1600,"maxWatts":3500,"order":{{i}}}""";

    private T Signed<T>(T message) where T : SignedMessage
    {
        message.Id = Guid.CreateVersion7().ToString("N");
        (message.Sequence, message.BootId, message.IssuedUtcMs) = (++_sequence, 1, UtcMs);
        return message;
    }

    private void Send(Kind kind, Message message)
    {
        string topic = kind == Kind.Heartbeat ? Topics.HeartbeatOf("hill") : Topics.Of("hill", "container-17", kind);
        int length = message is SignedMessage signed ? signed.WriteSigned(_payload, topic, Key) : message.Write(_payload);
        if (length > Bounds.DownBytes)
            throw new InvalidOperationException($"a {kind} of {length} bytes");
        Controller.Receive(topic, _payload[..length], length);
    }

    /// <summary>Answers every command of LuxOS with all the driver may look for.</summary>
    private sealed class Miner : IByteChannel
    {
        private byte[] _reply = [];
        private int _at;

        public bool Write(byte[] buffer, int offset, int count)
        {
            string request = Encoding.ASCII.GetString(buffer, offset, count);
            int code = request.Contains("logon", StringComparison.Ordinal) ? 316 : request.Contains("curtail", StringComparison.Ordinal) ? 335 : 1;
            _reply = Encoding.ASCII.GetBytes($$"""
                {"STATUS":[{"STATUS":"S","Code":{{code}}}],"SessionID":"abcdef01","Watts":2990,"CurtailMode":"None","PowerTargetMin":1700,
                "PowerTargetMax":3400,"IdealPowerTarget":3000,"GHS 5s":190000.5,"TopLeft":59,"Chip":71}
                """ + "\0");
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

    /// <summary>A meter that reads 50 of whatever is asked; each request is read before it is answered.</summary>
    private sealed class Meter : IByteChannel
    {
        private bool _isAsked;

        public bool Write(byte[] buffer, int offset, int count) => _isAsked = true;

        public int Read(byte[] buffer, int offset, int count, ref int leftMs)
        {
            if (!_isAsked)
                return 0;
            _isAsked = false;
            byte[] frame = [1, 4, 4, 0x42, 0x48, 0, 0, 0, 0];
            int crc = ModbusBus.Crc(frame, 0, 7);
            (frame[7], frame[8]) = ((byte)crc, (byte)(crc >> 8));
            frame.CopyTo(buffer, offset);
            return frame.Length;
        }

        public void Close()
        {
        }
    }
}
