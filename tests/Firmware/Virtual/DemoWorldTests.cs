using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Fleet.Gateway.Sites;
using Fleet.Tests.Gateway.Link;
using Fleet.Virtual;
using Fleet.Virtual.Demo;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Fleet.Tests.Harness;
using Xunit;
using ControllerState = Fleet.Wire.ControllerState;

namespace Fleet.Tests.Firmware.Virtual;

[Collection(nameof(FastClocks))]
public sealed class DemoWorldTests
{
    [Fact]
    public void The_demo_is_twenty_controllers_on_two_sites_of_miners_and_one_of_boxes()
    {
        Assert.Equal(20, DemoSite.All.Sum(site => site.Controllers.Count));
        Assert.Equal(
            [DemoWork.Hashes, DemoWork.Hashes, DemoWork.Tokens],
            DemoSite.All.Select(site => site.Controllers.SelectMany(controller => controller.Loads).Select(load => load.Model.Work).Distinct().Single()));
    }

    [Fact]
    public void Every_import_limit_binds_and_leaves_room_for_every_fail_safe_limit()
    {
        foreach (var site in DemoSite.All)
        {
            Assert.InRange(site.LimitWatts, site.Controllers.Sum(controller => controller.FailSafeWatts), MostWatts(site) - 1);
            Assert.True(Topics.IsName(site.Id) && TimeZoneInfo.TryFindSystemTimeZoneById(site.TimeZone, out _), site.Id);
        }
    }

    [Fact]
    public void Work_rises_with_watts_at_every_level()
    {
        foreach (var model in DemoSite.All.SelectMany(site => site.Controllers).SelectMany(controller => controller.Loads).Select(load => load.Model).Distinct())
        {
            Assert.True(model.Levels.Zip(model.Levels.Skip(1)).All(pair => pair.First.Watts < pair.Second.Watts && pair.First.WorkRate < pair.Second.WorkRate), model.Name);
            Assert.InRange(model.MaxWatts, model.MinWatts + 1, model.NameplateWatts);
        }
    }

    [Fact]
    public async Task All_twenty_come_up_with_warm_plants_and_keep_them_at_work_within_the_fail_safe_limits()
    {
        var clock = new SpeedClock(60, new DateTimeOffset(2023, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var folder = Directory.CreateTempSubdirectory("fleet-demo-");
        var passwords = new ControllerPasswords();
        foreach (var site in DemoSite.All)
            foreach (var controller in site.Controllers)
                passwords.Set(new(site.Id, controller.Id), new ControllerKeys(Convert.FromHexString(SecretOf(site.Id, controller.Id))).BrokerPassword);
        await using var broker = new EmbeddedBroker(
            new BrokerOptions { Address = IPAddress.Loopback, Port = 0 }, passwords, clock, NullLogger<EmbeddedBroker>.Instance);
        await broker.StartAsync(new RecordingUplink(), CancellationToken.None);

        await using (var world = new DemoWorld(clock, DemoSite.All, folder.FullName, new IPEndPoint(IPAddress.Loopback, broker.Port), SecretOf))
        {
            await world.StartAsync();
            var patience = TimeProvider.System.GetTimestamp();
            while (world.Controllers.Values.Any(controller => !controller.IsConnected) || clock.NowMs < 120_000)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(patience) < RecordingUplink.Patience, "not all of them connect");
                await Task.Delay(TimeSpan.FromSeconds(1), clock, TestContext.Current.CancellationToken);
            }

            Assert.All(world.Controllers.Values, controller => Assert.Equal(ControllerState.FailSafe, controller.State));
            // A working chip wanders by half a percent.
            foreach (var site in DemoSite.All)
                Assert.InRange(world.WattsOf(site.Id), MostWatts(site) / 6, site.Controllers.Sum(controller => controller.FailSafeWatts) * 1.005);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_later_world_goes_on_with_the_devices_as_they_were_and_a_file_that_cannot_be_read_makes_new_ones()
    {
        var clock = new SpeedClock(60, new DateTimeOffset(2023, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var folder = Directory.CreateTempSubdirectory("fleet-demo-");
        DemoWorld World() => new(clock, DemoSite.All, folder.FullName, new IPEndPoint(IPAddress.Loopback, 1), SecretOf);
        long energy;
        await using (var first = World())
        {
            foreach (var model in first.Models.Values)
            {
                model.Sleep();
                model.Advance(clock.NowMs + 60_000);
            }
            energy = first.Models.Values.Sum(model => model.MilliwattHours);
            first.KeepPlant();
        }
        await using (var second = World())
        {
            Assert.All(second.Models.Values, model => Assert.Equal(PlantState.Sleeping, model.State));
            Assert.Equal(energy, second.Models.Values.Sum(model => model.MilliwattHours));
        }
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "plant.json"), "{\"ridge", TestContext.Current.CancellationToken);
        await using (var third = World())
            Assert.All(third.Models.Values, model => Assert.Equal(PlantState.Running, model.State));
        folder.Delete(recursive: true);
    }

    private static int MostWatts(DemoSite site) => site.Controllers.SelectMany(controller => controller.Loads).Sum(load => load.Model.MaxWatts);

    private static string SecretOf(string site, string controller) =>
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{site}/{controller}")));
}
