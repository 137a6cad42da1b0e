using System.Linq;
using System.Text;
using Fleet.Wire;

namespace Fleet.Tests.Simulation;

/// <summary>Somebody who can publish to controllers and has listened for long, but does not have their keys.</summary>
public static class Attacker
{
    private const int HeartbeatEverySeconds = 5;

    /// <summary>A setpoint without a limit, signed with a key of the attacker's own, or a true one with a digit changed.</summary>
    public static void Forge(World world)
    {
        var target = world.Chance.Pick(world.Controllers);
        var heard = world.Overheard.Where(one => one.To == target && one.Kind == Kind.Setpoint).ToArray();
        var bytes = world.Chance.Of(500) && heard.Length > 0
            ? Altered(world.Chance.Pick(heard).Payload, world.Chance)
            : Signed(world, target, world.Chance.Bytes(32));
        world.Note($"! a forged setpoint to {target.Design.Name}");
        target.Link.Inject(Kind.Setpoint, bytes);
    }

    /// <summary>A setpoint without a limit, far ahead in number, signed with this key.</summary>
    public static byte[] Signed(World world, SimulatedController target, byte[] key)
    {
        var setpoint = new Setpoint
        {
            Id = "forged",
            Sequence = 1_000_000_000 + world.Clock.Second,
            BootId = target.BootId,
            IssuedUtcMs = world.Clock.True.ToUnixTimeMilliseconds(),
            IsUnlimited = true,
            Reason = "forged",
        };
        var buffer = new byte[Bounds.PayloadBytes];
        return buffer[..setpoint.WriteSigned(buffer, Topics.Of(world.Site, target.Design.Name, Kind.Setpoint), key)];
    }

    /// <summary>A command of any age, to the controller it was for or to another.</summary>
    public static void Replay(World world)
    {
        if (world.Overheard.Count == 0)
            return;
        var (to, kind, payload) = world.Chance.Pick(world.Overheard);
        var target = world.Chance.Of(800) ? to : world.Chance.Pick(world.Controllers);
        world.Note($"! an old {kind} of {to.Design.Name} is played to {target.Design.Name}");
        target.Link.Inject(kind, payload);
    }

    /// <summary>Heartbeats in the gateway's name, and old commands between them.</summary>
    public static void Usurp(World world)
    {
        if (world.Clock.Second % HeartbeatEverySeconds == 0)
        {
            var buffer = new byte[128];
            var utcMs = world.Clock.True.AddSeconds(world.Chance.Between(-3_600, 3_600)).ToUnixTimeMilliseconds();
            var heartbeat = buffer[..new Heartbeat { UtcMs = utcMs, Epoch = 1_000 }.Write(buffer)];
            foreach (var controller in world.Controllers)
            {
                controller.Link.Inject(Kind.Heartbeat, heartbeat);
                controller.DoubtTime();
            }
        }
        if (world.Chance.Of(200))
            Replay(world);
        if (world.Chance.Of(50))
            Forge(world);
    }

    private static byte[] Altered(byte[] payload, Chance chance)
    {
        var text = Encoding.UTF8.GetString(payload);
        var at = text.IndexOf("\"limitWatts\":", System.StringComparison.Ordinal) + "\"limitWatts\":".Length;
        return Encoding.UTF8.GetBytes(text.Insert(at, chance.Between(1, 9).ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }
}
