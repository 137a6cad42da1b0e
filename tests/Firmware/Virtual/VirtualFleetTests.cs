using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Virtual;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

[Collection(nameof(Harness.FastClocks))]
public sealed class VirtualFleetTests
{
    [Fact]
    public async Task A_setpoint_does_not_wait_for_the_next_second()
    {
        const int Setpoints = 20;
        await using var rig = await VirtualRig.StartAsync(speed: 5);
        await rig.CommandAsync("first", 2_000);
        var began = rig.Clock.NowMs;

        for (var i = 0; i < Setpoints; i++)
        {
            rig.Send(new Setpoint { Id = $"next-{i}", LimitWatts = 2_000, LoadWatts = [], ValidSeconds = 3600, Reason = "test" }, Kind.Setpoint);
            await rig.UntilAtOnce(() => rig.Has(Kind.Ack, $"\"id\":\"next-{i}\""), "it is answered");
        }

        // An answer that waited for its second would leave the next one a whole second to wait for.
        Assert.True(rig.Clock.NowMs - began < Setpoints * 500, $"{Setpoints} setpoints took {rig.Clock.NowMs - began} ms");
    }

    [Fact]
    public async Task However_many_devices_are_silent_the_others_are_asked_in_time()
    {
        var clock = new SpeedClock(15, DateTimeOffset.UnixEpoch);
        var folder = Directory.CreateTempSubdirectory("fleet-virtual-");
        await using var host = new DeviceHost(clock);
        var counted = new CountedDevice(new AiBoxDevice(Plants.Warm(PlantRatings.AiBox60)));
        await using (var fleet = new VirtualFleet(clock))
        {
            for (var i = 0; i < 25; i++)
            {
                var silent = Enumerable.Range(0, Bounds.Loads).Select(_ => host.Serve(new AiBoxDevice(Plants.Warm(PlantRatings.AiBox60)) { Fault = LineFault.Silent }));
                fleet.Add(Controller($"silent-{i}", clock, folder, silent.ToArray()));
            }
            fleet.Add(Controller("answering", clock, folder, host.Serve(counted)));
            await fleet.StartAsync();
            await Task.Delay(TimeSpan.FromSeconds(15), clock, TestContext.Current.CancellationToken);
            counted.Reset();

            await Task.Delay(TimeSpan.FromSeconds(40), clock, TestContext.Current.CancellationToken);
        }

        // It is polled every 2 s; half of that is kept on a machine that has other things to do.
        Assert.True(counted.Conversations >= 10, $"asked {counted.Conversations} times in 40 s");
        folder.Delete(recursive: true);
    }

    private static VirtualController Controller(string name, SpeedClock clock, DirectoryInfo folder, params IPEndPoint[] places)
    {
        var loads = places.Select((place, i) => $$"""{"name":"box-{{i}}","driver":"aibox","host":"127.0.0.1","port":{{place.Port}},"minWatts":15,"maxWatts":60}""");
        return new VirtualController($$"""
            {"site":"hill","controller":"{{name}}","board":"virtual","brokerHost":"127.0.0.1","brokerPort":1,"secret":"{{new string('0', 64)}}",
             "failSafeWatts":480,"loads":[{{string.Join(',', loads)}}]}
            """, new VirtualBoard(new TcpDialer(clock)), new SlotStore(new FolderFiles(Path.Combine(folder.FullName, name))));
    }

    /// <summary>Counts how often its device is asked.</summary>
    private sealed class CountedDevice(VirtualDevice device) : VirtualDevice
    {
        private int _conversations;

        public int Conversations => _conversations;

        public override Presence Presence => device.Presence;

        public override long BootId => device.BootId;

        public void Reset() => _conversations = 0;

        public override Conversation Open()
        {
            Interlocked.Increment(ref _conversations);
            return device.Open();
        }
    }
}
