using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>
/// Every write of a controller's life is cut at every byte, and the real controller starts on what is left: with the record
/// before or the new one, never a mixture, and with all others as they were.
/// </summary>
public sealed class PowerCutTests
{
    private const string Options = "\"recordSeconds\":60,";
    private static readonly string[] Loads =
        ["""{"name":"a","driver":"luxos","minWatts":1600,"maxWatts":3500}""", """{"name":"b","driver":"luxos","minWatts":1600,"maxWatts":3500}"""];

    /// <summary>Every record there is, so that a new one is not forgotten here.</summary>
    private static readonly string[] Names = ["boot", "changes", "crashes", "energy", "image", "schedule", "trips", "update"];

    private static readonly Lazy<TornFlash> Life = new(Live);

    public static TheoryData<string> Records => [.. Names];

    [Fact]
    public void The_life_that_is_cut_writes_every_record_there_is_more_often_than_it_has_files() =>
        Assert.All(Names, name => Assert.InRange(Life.Value.Writes.Count(write => write.Name == name), 3, 100));

    [Theory]
    [MemberData(nameof(Records))]
    public void A_cut_at_any_byte_of_a_write_leaves_the_record_before_or_the_new_one_and_all_others(string name)
    {
        foreach (FlashWrite write in Life.Value.Writes.Where(write => write.Name == name))
        {
            Dictionary<string, string> before = Contents(new TornFlash(write.Before));
            Dictionary<string, string> after = Contents(write.CutAt(write.Bytes.Length, Tear.Short));
            Assert.All(Names.Where(other => other != name), other => Assert.Equal(before[other], after[other]));
            foreach (Tear tear in Enum.GetValues<Tear>())
            {
                for (int count = 0; count <= write.Bytes.Length; count++)
                {
                    TornFlash torn = write.CutAt(count, tear);
                    bool isWhole = torn.Files[write.File].SequenceEqual(write.Bytes);
                    Assert.Equal(isWhole ? after : before, Contents(torn));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_controller_starts_on_what_any_cut_has_left(string name)
    {
        int differing = 0;
        foreach (FlashWrite write in Life.Value.Writes.Where(write => write.Name == name))
        {
            string before = Start(new TornFlash(write.Before));
            string after = Start(write.CutAt(write.Bytes.Length, Tear.Short));
            for (int count = 0; count < write.Bytes.Length; count++)
                Assert.Equal(before, Start(write.CutAt(count, count % 2 == 0 ? Tear.Short : Tear.Noise)));
            differing += before == after ? 0 : 1;
        }
        // What is counted, changed, tripped or last said is seen from outside.
        Assert.True(differing > 0 || name is "crashes" or "schedule" or "update");
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void Damage_of_one_file_at_rest_is_survived(string name)
    {
        FlashWrite write = Life.Value.Writes.Last(write => write.Name == name);
        string[] good = [Start(new TornFlash(write.Before)), Start(write.CutAt(write.Bytes.Length, Tear.Short))];
        for (int at = 0; at < write.Bytes.Length; at++)
        {
            TornFlash damaged = write.CutAt(write.Bytes.Length, Tear.Short);
            damaged.Files[write.File][at] ^= 0x40;
            Assert.Equal(good[0], Start(damaged));
            TornFlash other = write.CutAt(write.Bytes.Length, Tear.Short);
            byte[] older = other.Files[name + (write.File.EndsWith('0') ? ".1" : ".0")];
            older[at % older.Length] ^= 0x40;
            Assert.Equal(good[1], Start(other));
        }
    }

    /// <summary>What the controller goes on with: its boot, register, settings, schedule, trips, crashes, and the energy it tells the gateway.</summary>
    private static string Start(TornFlash flash)
    {
        SlotStore store = new(flash);
        BootRecord boot = new(store, new byte[BootRecord.RandomBytes]);
        FirmwareRig rig = Rig(store, boot.BootId, Noon + 3_600_000);
        long register = rig.Controller.RegisterMilliwattHours;
        int failSafeWatts = rig.Settings.FailSafeWatts;
        rig.Sync().Run(12);
        EnergyRecord[] records = [.. rig.Uplink.Records];
        long told = 0;
        foreach (EnergyRecord record in records)
        {
            Assert.True(told == 0 || record.RegisterMilliwattHours == told + record.EnergyMilliwattHours, "the register does not go on");
            told = record.RegisterMilliwattHours;
        }
        Assert.True(told == 0 || told == register, "the register is not that of the newest record");
        int trips = rig.Uplink.Telemetries[^1].Loads.Aggregate(0, (bits, load) => bits * 2 + (load.Faults & Fault.OverTemperature) / Fault.OverTemperature);
        string energy = string.Join(' ', records.Select(record => $"{record.BootId}/{record.Sequence}:{record.StartUtcMs}-{record.EndUtcMs}={record.EnergyMilliwattHours}"));
        return $"boot {boot.BootId} {boot.Reason} register {register} fail-safe {failSafeWatts} trips {trips} minimal {rig.Boot.Crashes.IsMinimal} image {rig.Boot.Images.LengthOf(1)} {energy}";
    }

    private static Dictionary<string, string> Contents(TornFlash flash)
    {
        SlotStore store = new(flash);
        byte[] buffer = new byte[8192];
        return Names.ToDictionary(name => name, name => store.TryRead(name, buffer, out int length) ? Convert.ToHexString(buffer, 0, length) : "");
    }

    private const long Noon = 1782907200000;

    private static FirmwareRig Rig(SlotStore store, long bootId, long utcAtBootMs, FirmwareImages? images = null)
    {
        FirmwareRig rig = new(Options, Loads, meters: 1, store: store, bootId: bootId, images: images) { GatewayUtcAtBootMs = utcAtBootMs };
        rig.Meters[0].Watts = 3600;
        return rig;
    }

    /// <summary>Three boots with everything that is ever written: intervals with and without a gateway, schedules, changes, trips, crashes, an update.</summary>
    private static TornFlash Live()
    {
        TornFlash flash = new();
        for (int i = 0; i < 4; i++)
        {
            SlotStore store = new(flash);
            BootRecord boot = new(store, new byte[BootRecord.RandomBytes]);
            FirmwareRig rig = Rig(store, boot.BootId, Noon + i * 600_000L, new FirmwareImages());
            // The image that is on trial from the boot before fails.
            rig.Boot.Images.Choose();
            rig.Boot.Images.Fail();
            if (i != 1)
                rig.Sync();
            rig.Acknowledges = i != 2;
            rig.Command(-1).Run(130, heartbeat: i != 1);
            rig.Command(-1).Schedule(7000, 6000 + i, 5000);
            rig.Configure(("failSafeWatts", 2500 + i), ("telemetrySeconds", 4));
            rig.Loads[i % 2].TemperatureMilliC = 99_000;
            rig.Run(5);
            rig.Loads[i % 2].TemperatureMilliC = 40_000;
            rig.Controller.ResetTrips();
            rig.Send(Kind.Image, rig.Signed(new ImagePart { Sha256 = new string((char)('a' + i), 64), ImageBytes = 4, Content = "0a0b0c0d" }));
            rig.Run(5);
            rig.Boot.NoteCrash(1000);
            rig.Boot.Images.TryPut(1, 100 + i);
            rig.Run(60);
            rig.Boot.Crashes.Clear();
            rig.Send(Kind.Command, rig.Signed(new Command { Action = CommandAction.Reboot, Argument = "" }));
            rig.Run(2);
            Assert.True(i == 3 || rig.Controller.TryTakeCommand(out _, out _));
            boot.Note(BootReason.Command);
        }
        return flash;
    }
}
