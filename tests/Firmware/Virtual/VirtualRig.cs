using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Virtual;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using ControllerState = Fleet.Wire.ControllerState;
using Presence = Fleet.Gateway.Link.Presence;
using SlotStore = Fleet.Core.SlotStore;

namespace Fleet.Tests.Firmware.Virtual;

/// <summary>
/// A virtual controller with an Antminer S21 on real TCP and a meter, at a real broker, a minute a second; the test is
/// the gateway. Fail-safe 2,000 W, heartbeat time-out 30 s, records of 60 s.
/// </summary>
internal sealed class VirtualRig : IUplink, IAsyncDisposable
{
    public const int FailSafeWatts = 2_000;

    /// <summary>What a working miner's power wanders by, and its meter's rounding.</summary>
    public const int NoiseWatts = 20;

    private const string Secret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private static readonly ControllerAddress Address = new("hill", "c-1");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Kind, ConcurrentQueue<string>> _arrived = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fleet-virtual-");
    private readonly ControllerPasswords _passwords = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly ControllerKeys _keys = new(Convert.FromHexString(Secret));
    private readonly DeviceHost _host;
    private readonly VirtualFleet _fleet;
    private EmbeddedBroker _broker;
    private Task _beating = Task.CompletedTask;
    private int _port;
    private long _sequence;

    private VirtualRig(int speed)
    {
        Clock = new SpeedClock(speed, new DateTimeOffset(2023, 6, 1, 0, 0, 0, TimeSpan.Zero));
        _fleet = new VirtualFleet(Clock);
        _host = new DeviceHost(Clock);
        Model = new PlantModel(PlantRatings.AntminerS21, 1, startMs: -1_200_000);
        Model.Advance(0);
        _fleet.Add(Model);
        _passwords.Set(Address, _keys.BrokerPassword);
        _broker = NewBroker();
        Controller = null!;
    }

    public SpeedClock Clock { get; }

    public PlantModel Model { get; }

    public VirtualController Controller { get; private set; }

    /// <summary>What the gateway does with a message; by default nothing.</summary>
    public Action<Kind> Store { get; set; } = _ => { };

    public int Watts => (int)(Model.Milliwatts / 1000);

    public static async Task<VirtualRig> StartAsync(string secret = Secret, int speed = 60)
    {
        var rig = new VirtualRig(speed);
        await rig._broker.StartAsync(rig, CancellationToken.None);
        rig._port = rig._broker.Port;
        rig.Controller = rig.Build(secret);
        rig._fleet.Add(rig.Controller);
        rig._beating = rig.BeatAsync();
        await rig._fleet.StartAsync();
        return rig;
    }

    /// <summary>Waits until the controller follows a setpoint of this many watts.</summary>
    public async Task CommandAsync(string id, int limitWatts)
    {
        await Until(() => Controller.IsConnected, "the controller is connected");
        // Until a heartbeat has been heard a setpoint is refused, as it should be; then it is sent anew.
        for (var attempt = 0; Controller.State != ControllerState.Commanded || !Has(Kind.Ack, $"\"id\":\"{id}\""); attempt++)
        {
            Assert.True(attempt < 100, $"the controller does not take the setpoint: {string.Join('\n', All(Kind.Ack).TakeLast(3))}");
            Send(new Setpoint { Id = id, LimitWatts = limitWatts, LoadWatts = [], ValidSeconds = 3600, Reason = "test" }, Kind.Setpoint);
            await UntilAtOnce(() => Has(Kind.Ack, $"\"seq\":{_sequence},"), "it is answered");
            if (Controller.State != ControllerState.Commanded)
                await Task.Delay(TimeSpan.FromSeconds(1), Clock);
        }
    }

    public void Send(SignedMessage message, Kind kind)
    {
        (message.Sequence, message.BootId, message.IssuedUtcMs) = (++_sequence, Controller.BootId!.Value, Clock.GetUtcNow().ToUnixTimeMilliseconds());
        var buffer = new byte[Bounds.PayloadBytes];
        var length = message.WriteSigned(buffer, Topics.Of(Address.Site, Address.Controller, kind), _keys.CommandKey);
        Assert.NotEqual(0, length);
        _broker.Send(Address, kind, buffer.AsMemory(0, length).ToArray(), TimeSpan.FromMinutes(10));
    }

    public async Task StopBrokerAsync() => await _broker.DisposeAsync();

    public async Task RestartBrokerAsync()
    {
        _broker = NewBroker();
        await _broker.StartAsync(this, CancellationToken.None);
    }

    public string[] All(Kind kind) => _arrived.TryGetValue(kind, out var payloads) ? [.. payloads] : [];

    public bool Has(Kind kind, string part) => All(kind).Any(payload => payload.Contains(part, StringComparison.Ordinal));

    /// <summary>The first message of this kind that holds this, once it is there.</summary>
    public async Task<string> Arrival(Kind kind, string part)
    {
        await Until(() => Has(kind, part), $"{kind} with {part}");
        return All(kind).First(payload => payload.Contains(part, StringComparison.Ordinal));
    }

    public Task Until(Func<bool> holds, string what) => Until(holds, what, TimeSpan.FromSeconds(1));

    /// <summary>As <see cref="Until(Func{bool}, string)"/>, for what takes milliseconds.</summary>
    public Task UntilAtOnce(Func<bool> holds, string what) => Until(holds, what, TimeSpan.FromMilliseconds(10));

    private async Task Until(Func<bool> holds, string what, TimeSpan pause)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience,
                $"never: {what}; {Watts} W, {Controller.State}, link {Controller.IsConnected}: {Controller.LinkProblem}");
            await Task.Delay(pause, Clock);
        }
    }

    public ValueTask ReceiveAsync(ControllerAddress from, Kind kind, ReadOnlyMemory<byte> payload, bool atLeastOnce)
    {
        Assert.Equal(Address, from);
        Store(kind);
        _arrived.GetOrAdd(kind, _ => []).Enqueue(Encoding.UTF8.GetString(payload.Span));
        return ValueTask.CompletedTask;
    }

    public void PresenceChanged(ControllerAddress controller, Presence presence)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _fleet.DisposeAsync();
        await _host.DisposeAsync();
        await _broker.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private VirtualController Build(string secret)
    {
        var place = _host.Serve(new LuxOsDevice(Model));
        var board = new VirtualBoard(new TcpDialer(Clock)).Wire("rs485", new ModbusLine(() => Clock.NowMs, EastronMeter.Sdm630(1, Model)));
        return new VirtualController($$"""
            {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"127.0.0.1","brokerPort":{{_port}},"secret":"{{secret}}",
             "failSafeWatts":{{FailSafeWatts}},"heartbeatTimeoutSeconds":30,"recordSeconds":60,"rampWattsPerSecond":0,"windowSeconds":0,
             "loads":[{"name":"s21-1","driver":"luxos","host":"127.0.0.1","port":{{place.Port}},"minWatts":1575,"maxWatts":3500}],
             "meters":[{"driver":"sdm630","serial":"rs485"}]}
            """, board, new SlotStore(new FolderFiles(Path.Combine(_folder.FullName, "flash"))), images: new FolderImages(Path.Combine(_folder.FullName, "flash")));
    }

    private EmbeddedBroker NewBroker() => new(
        new BrokerOptions { Address = IPAddress.Loopback, Port = _port }, _passwords, Clock, NullLogger<EmbeddedBroker>.Instance);

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), Clock);
        var buffer = new byte[128];
        while (await timer.WaitForNextTickAsync(_ended.Token))
        {
            var heartbeat = new Heartbeat { UtcMs = Clock.GetUtcNow().ToUnixTimeMilliseconds(), Epoch = 1 };
            _broker.Broadcast(Address.Site, buffer.AsMemory(0, heartbeat.Write(buffer)).ToArray());
        }
    }
}
