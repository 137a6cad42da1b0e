using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Core;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>Boots of one controller on one flash, and the gateway that takes its energy: each record by (boot, sequence), first sent in that order, and the same each time.</summary>
public sealed class EnergyLives
{
    /// <summary>Noon of 1 July 2026.</summary>
    private const long Noon = 1782907200000;

    private const int RigBeginMs = 5000;

    private readonly Dictionary<(long Boot, long Sequence), EnergyRecord> _taken = [];
    private (long Boot, long Sequence) _newest;
    private FirmwareRig? _rig;
    private long _bootId;
    private int _seen;

    public TornFlash Flash { get; private set; } = new();

    public long UtcMs { get; private set; } = Noon;

    /// <summary>When the power was cut last.</summary>
    public long CutUtcMs { get; private set; }

    /// <summary>Records that came again, the same.</summary>
    public int Copies { get; private set; }

    /// <summary>The next boot, with a meter that reads 3,600 W and a link or none.</summary>
    public FirmwareRig Boot(bool meets = true, string options = "")
    {
        _rig = new FirmwareRig(options, meters: 1, store: new SlotStore(Flash), bootId: ++_bootId) { GatewayUtcAtBootMs = UtcMs - RigBeginMs };
        _rig.Meters[0].Watts = 3600;
        _rig.Uplink.IsConnected = meets;
        _seen = 0;
        return _rig;
    }

    /// <summary>No power for so long; what was sent is taken before.</summary>
    public void Cut(int seconds)
    {
        Take(_rig!);
        CutUtcMs = _rig!.UtcMs;
        UtcMs = CutUtcMs + seconds * 1000L;
    }

    /// <summary>What the gateway takes of what was sent since it was asked last; fails when a record differs from its copy or overtakes an older one.</summary>
    public EnergyRecord[] Take(FirmwareRig rig)
    {
        List<EnergyRecord> young = [];
        foreach (EnergyRecord record in rig.Uplink.Records.Skip(_seen))
        {
            _seen++;
            if (_taken.TryGetValue((record.BootId, record.Sequence), out EnergyRecord? copy))
            {
                Assert.Equivalent(copy, record);
                Copies++;
                continue;
            }
            Assert.True((record.BootId, record.Sequence).CompareTo(_newest) > 0, $"{record.BootId}/{record.Sequence} comes after {_newest}");
            Assert.True(record.EndUtcMs > record.StartUtcMs);
            _newest = (record.BootId, record.Sequence);
            _taken.Add(_newest, record);
            young.Add(record);
        }
        return [.. young];
    }

    /// <summary>All it has taken, oldest first.</summary>
    public EnergyRecord[] Taken(FirmwareRig rig)
    {
        Take(rig);
        return [.. _taken.Values.OrderBy(record => record.BootId).ThenBy(record => record.Sequence)];
    }

    /// <summary>All it has taken, and what the register counts of the interval that is open; fails when any record does not carry the register on.</summary>
    public long SumMilliwattHours(FirmwareRig rig)
    {
        long register = 0;
        foreach (EnergyRecord record in Taken(rig))
        {
            // An interval's own rounding and the register's differ by at most one.
            Assert.InRange(record.RegisterMilliwattHours, register + record.EnergyMilliwattHours - 1, register + record.EnergyMilliwattHours + 1);
            register = record.RegisterMilliwattHours;
        }
        return rig.Controller.RegisterMilliwattHours - register + Taken(rig).Sum(record => record.EnergyMilliwattHours);
    }

    /// <summary>Two days by chance: cuts of the power in the middle of writes, links that come and go, answers that are lost or doubled, clocks that come late; then all is well.</summary>
    public void Live(Random chance)
    {
        FirmwareRig rig = Begin(chance);
        for (int i = 0; i < 40; i++)
        {
            switch (chance.Next(7))
            {
                case 0:
                    CutInWrite(chance);
                    rig = Begin(chance);
                    break;
                case 1:
                    rig.Uplink.IsConnected = !rig.Uplink.IsConnected;
                    break;
                case 2:
                    rig.Acknowledges = !rig.Acknowledges;
                    break;
                case 3:
                    rig.Sync();
                    break;
                case 4:
                    for (int number = 1; number <= rig.Uplink.Sends; number++)
                        rig.Controller.Delivered(number);
                    break;
                default:
                    rig.Meters[0].Watts = chance.Next(0, 9000);
                    break;
            }
            rig.Run(chance.Next(1, 7200), heartbeat: false);
            Take(rig);
        }
        (rig.Uplink.IsConnected, rig.Acknowledges) = (true, true);
        rig.Sync().Run(900);
        // A rounding of one a boot at most.
        Assert.InRange(SumMilliwattHours(rig) - rig.Controller.RegisterMilliwattHours, -_bootId, _bootId);
    }

    private FirmwareRig Begin(Random chance)
    {
        FirmwareRig rig = Boot(meets: chance.Next(2) == 0, "\"telemetrySeconds\":60,\"recordSeconds\":600,");
        if (chance.Next(3) > 0)
            rig.Sync();
        return rig;
    }

    /// <summary>Runs to the next write of the flash, of which any part is there afterwards; what was sent after it never was.</summary>
    private void CutInWrite(Random chance)
    {
        FirmwareRig rig = _rig!;
        int writes = Flash.Writes.Count;
        int sent = 0;
        Flash.Writing = () => sent = Flash.Writes.Count == writes ? rig.Uplink.Sent.Count : sent;
        for (int i = 0; i < 1300 && Flash.Writes.Count == writes; i++)
            rig.Tick();
        rig.Uplink.Sent.RemoveRange(sent, rig.Uplink.Sent.Count - sent);
        Cut(chance.Next(1, 3600));
        FlashWrite write = Flash.Writes[writes];
        Flash = write.CutAt(chance.Next(write.Bytes.Length + 1), (Tear)chance.Next(4));
    }
}
