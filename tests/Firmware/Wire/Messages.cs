using System;
using System.Linq;
using System.Text;
using CsCheck;
using Fleet.Wire;

namespace Fleet.Tests.Firmware.Wire;

/// <summary>Random messages of every kind with every field within its bounds.</summary>
internal static class Messages
{
    private static readonly Gen<int> Watts = Gen.Int[0, Bounds.Watts];
    private static readonly Gen<int> Reading = Gen.Int[Bounds.LowestReadingWatts, Bounds.Watts];
    private static readonly Gen<long> Counter = Gen.Long[0, Bounds.Counter];
    private static readonly Gen<long> UtcMs = Gen.Long[0, Bounds.UtcMs];

    private static readonly Gen<string> Name = Gen.Select(
        Gen.Char["abcxyz0189"], Gen.String[Gen.Char["abcxyz0189-"], 0, 30], Gen.Char["abcxyz0189"], (a, b, c) => a + b + c);

    /// <summary>Any message.</summary>
    public static readonly Gen<Message> Any = Gen.OneOf(
        Hello(), Will(), Telemetry(), Energy(), Ack(), Event(), Heartbeat(),
        Signed().Select(command => (Message)command));

    /// <summary>Any command.</summary>
    public static Gen<SignedMessage> Signed()
    {
        Gen<SignedMessage> order = Gen.OneOf(Setpoint(), Schedule(), Config(), Command(), ImagePart());
        return Gen.Select(order, Text(1), Gen.Long[1, Bounds.Counter], Counter, UtcMs, (message, id, sequence, boot, utcMs) =>
        {
            message.Id = id;
            message.Sequence = sequence;
            message.BootId = boot;
            message.IssuedUtcMs = utcMs;
            return message;
        });
    }

    /// <summary>What can be carried as a string: no zero, no half of a surrogate pair.</summary>
    private static Gen<string> Text(int least, int most = Bounds.TextLength)
    {
        Gen<char> ordinary = Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u0001', '\uD7FF']);
        return Gen.Select(Gen.String[ordinary, least, most - 2], Gen.Bool, (text, plug) => plug ? text + "🔌" : text);
    }

    private static GenArray<T> ArrayOf<T>(Gen<T> items)
    {
        return GenExtensions.get_Array(items);
    }

    private static Gen<SignedMessage> Setpoint()
    {
        return Gen.Select(
            Gen.Select(Gen.Bool, Watts, ArrayOf(Watts)[0, Bounds.Loads]),
            Gen.Select(Watts, Gen.Int[0, Bounds.WindowSeconds], Gen.Int[0, Bounds.ValidSeconds]),
            Text(0, Bounds.ReasonLength),
            (limit, times, reason) => (SignedMessage)new Setpoint
            {
                IsUnlimited = limit.Item1, LimitWatts = limit.Item1 ? 0 : limit.Item2, LoadWatts = limit.Item3,
                RampWattsPerSecond = times.Item1, WindowSeconds = times.Item2, ValidSeconds = times.Item3, Reason = reason,
            });
    }

    private static Gen<SignedMessage> Schedule()
    {
        Gen<int> price = Gen.Int[-Bounds.PricePerMegawattHour, Bounds.PricePerMegawattHour];
        return Gen.Select(
            Gen.Select(UtcMs, Gen.Int[60, 3600], ArrayOf(Watts)[1, Bounds.Slots]),
            Gen.Select(Gen.Bool, Gen.Int[0, Bounds.HashpriceMicros], ArrayOf(price)[0, Bounds.Slots]),
            (order, money) => (SignedMessage)new Schedule
            {
                StartUtcMs = order.Item1, SlotSeconds = order.Item2, LimitWatts = order.Item3, HasHashprice = money.Item1,
                HashpriceMicros = money.Item1 ? money.Item2 : 0,
                PricePerMegawattHour = money.Item3[..Math.Min(money.Item3.Length, order.Item3.Length)],
            });
    }

    private static Gen<SignedMessage> Config()
    {
        Gen<(string, long)> setting = Gen.Select(Text(1, Bounds.NameLength), Gen.Long[-Bounds.Counter, Bounds.Counter]);
        return ArrayOf(setting)[1, 12].Select(all => all.DistinctBy(one => one.Item1).ToArray()).Select(all =>
            (SignedMessage)new Config { Names = [.. all.Select(one => one.Item1)], Values = [.. all.Select(one => one.Item2)] });
    }

    private static Gen<SignedMessage> Command()
    {
        return Gen.Select(Gen.Int[0, 2], Text(0), (action, argument) =>
            (SignedMessage)new Command { Action = (CommandAction)action, Argument = argument });
    }

    private static Gen<SignedMessage> ImagePart()
    {
        return Gen.Select(
            Gen.Int[1, Bounds.ImageBytes], Gen.String[Gen.Char["0123456789abcdef"], 64, 64], Gen.Int[0, Bounds.ImageBytes],
            ArrayOf(Gen.Byte)[0, Bounds.ImagePartBytes],
            (bytes, digest, offset, content) => (SignedMessage)new ImagePart
            {
                ImageBytes = bytes, Sha256 = digest, Offset = Math.Min(offset, bytes), Content = Convert.ToHexStringLower(content),
            });
    }

    private static Gen<Message> Heartbeat()
    {
        return Gen.Select(UtcMs, Counter, (utcMs, epoch) => (Message)new Heartbeat { UtcMs = utcMs, Epoch = epoch });
    }

    private static Gen<Message> Will()
    {
        return Counter.Select(boot => (Message)new Hello { IsOnline = false, BootId = boot });
    }

    private static Gen<Message> Energy()
    {
        return Gen.Select(Counter, Counter, Gen.Long[0, Bounds.UtcMs - 1], Gen.Long[-Bounds.Counter, Bounds.Counter], Counter,
            Gen.Select(Gen.Int[0, 2], Gen.Int[0, Bounds.EarlierSeconds]), (boot, sequence, start, energy, register, quality) => (Message)new EnergyRecord
            {
                BootId = boot, Sequence = sequence, StartUtcMs = start, EndUtcMs = start + 1 + boot % (Bounds.UtcMs - start),
                EnergyMilliwattHours = energy, RegisterMilliwattHours = register, Quality = (EnergyQuality)quality.Item1,
                EarlierSeconds = quality.Item2,
            });
    }

    private static Gen<Message> Ack()
    {
        return Gen.Select(
            Gen.Select(Text(0), Counter, Counter, Gen.Int[6, 10]), Gen.Select(Gen.Int[0, 2], Text(0, Bounds.ReasonLength)),
            Gen.Select(Gen.Bool, Reading, Counter, Gen.Bool, Gen.Int[0, Bounds.ImageBytes]),
            (of, result, measured) => (Message)new Ack
            {
                Id = of.Item1, Sequence = of.Item2, BootId = of.Item3, Kind = (Kind)of.Item4,
                Result = (AckResult)result.Item1, Reason = result.Item2, HasWatts = measured.Item1,
                Watts = measured.Item1 ? measured.Item2 : 0, ElapsedMs = measured.Item3,
                HasStoredBytes = measured.Item4, StoredBytes = measured.Item4 ? measured.Item5 : 0,
            });
    }

    private static Gen<Message> Event()
    {
        return Gen.Select(
            Gen.Select(Counter, Counter, Counter), Gen.Select(Gen.Bool, UtcMs),
            Gen.Select(Gen.Int[0, 5], Gen.Int[0, int.MaxValue], Text(0, Bounds.NameLength), Text(0, Bounds.ReasonLength)),
            (of, utc, what) => (Message)new ControllerEvent
            {
                Sequence = of.Item1, BootId = of.Item2, MonotonicMs = of.Item3, HasUtc = utc.Item1,
                UtcMs = utc.Item1 ? utc.Item2 : 0, Type = (EventType)what.Item1, Code = what.Item2, Load = what.Item3,
                Detail = what.Item4,
            });
    }

    private static Gen<Message> Hello()
    {
        Gen<LoadAbility> load = Gen.Select(
            Name, Gen.Int[0, 2], Gen.Select(Watts, Watts), Gen.Bool, ArrayOf(Watts)[0, Bounds.Levels],
            (name, work, watts, sleeps, levels) => new LoadAbility
            {
                Name = name, Driver = "luxos", Work = (WorkUnit)work, MinWatts = Math.Min(watts.Item1, watts.Item2),
                MaxWatts = Math.Max(watts.Item1, watts.Item2), Sleeps = sleeps,
                LevelWatts = [.. levels.Distinct().Order()],
            });
        return Gen.Select(
            Gen.Select(Text(1), Text(1), Counter), Gen.Select(Watts, Gen.Int[0, 86400], Gen.Int[1, 300]),
            ArrayOf(load)[0, Bounds.Loads], Gen.Int[-1, Bounds.BootReasons],
            (who, failSafe, loads, reason) => (Message)new Hello
            {
                HasBootReason = reason >= 0, BootReason = (BootReason)Math.Max(reason, 0), IsOnline = true, Board = who.Item1, Firmware = who.Item2, BootId = who.Item3, FailSafeWatts = failSafe.Item1,
                FailSafeMinimumSeconds = failSafe.Item2, HeartbeatTimeoutSeconds = failSafe.Item3,
                Loads = [.. loads.DistinctBy(one => one.Name)],
            });
    }

    private static Gen<Message> Telemetry()
    {
        Gen<(bool, int, int, int, int, bool, long)> load = Gen.Select(
            Gen.Bool, Reading, Watts, Gen.Int[0, 6], Gen.Int[0, int.MaxValue], Gen.Bool, Counter);
        return Gen.Select(
            Gen.Select(Counter, Counter, Counter, Gen.Bool, UtcMs), Gen.Select(Gen.Bool, Reading, Counter),
            Gen.Select(Gen.Int[0, 2], Gen.Int[0, int.MaxValue], Gen.Bool, Watts, Gen.Bool, Text(1)),
            ArrayOf(Gen.Int[Bounds.LowestMilliC, Bounds.HighestMilliC])[0, Bounds.Temperatures], ArrayOf(load)[0, Bounds.Loads],
            ArrayOf(Gen.Int[0, int.MaxValue])[8],
            (when, energy, order, temperatures, loads, vitals) =>
            {
                Telemetry telemetry = new Telemetry
                {
                    Sequence = when.Item1, BootId = when.Item2, MonotonicMs = when.Item3, HasUtc = when.Item4,
                    UtcMs = when.Item4 ? when.Item5 : 0, HasWatts = energy.Item1, Watts = energy.Item1 ? energy.Item2 : 0,
                    EnergyMilliwattHours = energy.Item3, State = (ControllerState)order.Item1, Faults = order.Item2,
                    IsUnlimited = order.Item3, LimitWatts = order.Item3 ? 0 : order.Item4,
                    SetpointId = order.Item5 ? order.Item6 : null, TemperatureCount = temperatures.Length,
                    LoadCount = loads.Length,
                };
                Fill(telemetry.Vitals, vitals);
                temperatures.CopyTo(telemetry.TemperatureMilliC, 0);
                for (int i = 0; i < loads.Length; i++)
                    Fill(telemetry.Loads[i], loads[i]);
                return (Message)telemetry;
            });
    }

    private static void Fill(Vitals vitals, int[] of)
    {
        (vitals.HasHeapFree, vitals.HasLargestFree, vitals.HasTick, vitals.HasLinkLosses) = (of[4] % 2 == 0, of[5] % 2 == 0, of[6] % 2 == 0, of[7] % 2 == 0);
        vitals.HeapFreeBytes = vitals.HasHeapFree ? of[0] : 0;
        vitals.LargestFreeBytes = vitals.HasLargestFree ? of[1] : 0;
        vitals.TickMs = vitals.HasTick ? of[2] : 0;
        vitals.LinkLosses = vitals.HasLinkLosses ? of[3] : 0;
    }

    private static void Fill(LoadTelemetry load, (bool, int, int, int, int, bool, long) value)
    {
        load.HasWatts = value.Item1;
        load.Watts = value.Item1 ? value.Item2 : 0;
        load.LimitWatts = value.Item3;
        load.State = (LoadState)value.Item4;
        load.Faults = value.Item5;
        load.HasWorkRate = value.Item6;
        load.WorkRate = value.Item6 ? value.Item7 : 0;
    }

    /// <summary>The payload of a message; throws when it does not fit.</summary>
    public static byte[] Payload(Message message)
    {
        byte[] buffer = new byte[Bounds.PayloadBytes];
        int length = message.Write(buffer, out string reason);
        return length > 0 ? buffer[..length] : throw new InvalidOperationException(reason);
    }

    /// <summary>The payload as text.</summary>
    public static string Json(Message message)
    {
        return Encoding.UTF8.GetString(Payload(message));
    }

    /// <summary>An empty message of the same type.</summary>
    public static Message EmptyLike(Message message)
    {
        return (Message)Activator.CreateInstance(message.GetType())!;
    }
}
