using System;
using System.Threading;

namespace Fleet.Virtual.Plant;

/// <summary>
/// The physical truth of one device: what it really does with a command, whatever its protocol says of it.
/// </summary>
/// <remarks>
/// It has no clock: it lives as far as <see cref="Advance"/> takes it, in whole steps of <see cref="StepMs"/>, so that
/// the same seed and commands give the same life however the advances are cut. It begins in
/// <see cref="PlantState.Booting"/> at the time given; construct it a while in the past to begin with a warm plant.
/// Members may be called from any thread; hold <see cref="Gate"/> to read several as one picture.
/// </remarks>
public sealed partial class PlantModel
{
    /// <summary>Time resolution of the model.</summary>
    public const int StepMs = 500;

    /// <summary>Hung devices are rebooted by their own watchdog after this.</summary>
    public const int WatchdogMs = 60_000;

    /// <summary>A tripped device starts again when it is this much below its trip temperature.</summary>
    public const int TripHysteresisMilliCelsius = 15_000;

    /// <summary>An AI box without requests waits this long before it goes to sleep.</summary>
    public const int DrainedRestMs = 3_000;

    private const int NoiseEverySteps = 2;
    private const long MilliwattMsPerMilliwattHour = 3_600_000;

    private readonly Random _chance;
    private readonly int[] _requestMs;
    private long _stateEndsMs;
    private long _bootedAtMs;
    private long _baseMilliwatts;
    private long _noiseMilliwatts;
    private long _microCelsius;
    private long _milliwattMs;
    private long _milliworkMs;
    private long _steps;
    private long _workAtBoot;
    private bool _asleep;

    public PlantModel(PlantRating rating, int seed, long startMs)
    {
        Rating = rating;
        _chance = new Random(seed);
        _requestMs = new int[rating.Slots];
        _microCelsius = AmbientMilliCelsius * 1000L;
        NowMs = startMs;
        LimitMilliwatts = rating.NominalWatts * 1000L;
        BootId = _chance.NextInt64(1, int.MaxValue);
        Enter(PlantState.Booting);
    }

    /// <summary>Held while the model moves or answers; take it to see several members at one instant.</summary>
    public Lock Gate { get; } = new();

    public PlantRating Rating { get; }

    /// <summary>The monotonic time this model has lived to.</summary>
    public long NowMs { get; private set; }

    public PlantState State { get; private set; }

    /// <summary>The power limit in force, never outside the rating.</summary>
    public long LimitMilliwatts { get; private set; }

    /// <summary>The power limit in force, in whole watts.</summary>
    public int LimitWatts => (int)((LimitMilliwatts + 500) / 1000);

    /// <summary>Power at the wall now.</summary>
    public long Milliwatts { get; private set; }

    /// <summary>Energy taken since the model began; never falls.</summary>
    public long MilliwattHours { get; private set; }

    /// <summary>Rate of work now: millitokens a second, or megahashes a second.</summary>
    public long MilliworkPerSecond { get; private set; }

    /// <summary>Work done since the model began: tokens, or gigahashes.</summary>
    public long Work { get; private set; }

    /// <summary>The same since its last boot, which is all the device itself knows.</summary>
    public long WorkSinceBoot => Work - _workAtBoot;

    /// <summary>Requests an AI box is serving now.</summary>
    public int ActiveRequests { get; private set; }

    public int MilliCelsius => (int)(_microCelsius / 1000);

    /// <summary>Changes at every boot; positive.</summary>
    public long BootId { get; private set; }

    public long UptimeMs => Answers ? NowMs - _bootedAtMs : 0;

    /// <summary>Whether it is up far enough to talk.</summary>
    public bool Answers => State is not (PlantState.Dark or PlantState.Booting or PlantState.Crashed);

    /// <summary>Air temperature around it.</summary>
    public int AmbientMilliCelsius { get; set; } = 25_000;

    /// <summary>Share of its requests' places an AI box has work for.</summary>
    public int DemandPercent { get; set; } = 100;

    /// <summary>Cooling left: 100 is sound, 50 doubles the rise of temperature.</summary>
    public int CoolingPercent { get; set; } = 100;

    /// <summary>Fault: commands are taken with a friendly answer and not followed.</summary>
    public bool IgnoresCommands { get; set; }

    /// <summary>Mean time between crashes of its own; zero is never.</summary>
    public long CrashEveryMs { get; set; }

    /// <summary>Work per hash as a share of the curve's: an operating point off the curve, as AxeOS can set.</summary>
    public int YieldPermille { get; private set; } = 1000;

    /// <summary>Lives on to <paramref name="nowMs"/>, in whole steps; an earlier time does nothing.</summary>
    public void Advance(long nowMs)
    {
        lock (Gate)
        {
            while (NowMs + StepMs <= nowMs)
            {
                NowMs += StepMs;
                Step();
            }
        }
    }

    /// <summary>Limits the power to what the device can keep at or below <paramref name="watts"/>, and returns that.</summary>
    public int Limit(int watts)
    {
        Operate(Rating.NearestLimitWatts(watts) * 1000L, 1000);
        return LimitWatts;
    }

    /// <summary>Sets a power within the rating and its work as a share of the curve's, for devices that set frequency and voltage.</summary>
    public void Operate(long milliwatts, int yieldPermille)
    {
        lock (Gate)
        {
            if (IgnoresCommands)
                return;
            LimitMilliwatts = long.Clamp(milliwatts, Rating.MinWatts * 1000L, Rating.MaxWatts * 1000L);
            YieldPermille = yieldPermille;
        }
    }

    /// <summary>Stops the work at once.</summary>
    public void Sleep()
    {
        lock (Gate)
        {
            if (IgnoresCommands || !Answers)
                return;
            _asleep = true;
            Enter(PlantState.Sleeping);
        }
    }

    /// <summary>Lets an AI box finish its requests, rest and sleep; anything else sleeps at once.</summary>
    public void Drain()
    {
        lock (Gate)
        {
            if (IgnoresCommands || _asleep)
                return;
            _asleep = true;
            if (State is PlantState.Running)
                Enter(PlantState.Draining);
            else if (Answers)
                Enter(PlantState.Sleeping);
        }
    }

    /// <summary>Ends sleep or draining. <paramref name="fast"/> starts in a quarter of the time.</summary>
    public void Wake(bool fast = false)
    {
        lock (Gate)
        {
            if (IgnoresCommands || !_asleep)
                return;
            _asleep = false;
            if (State is PlantState.Draining)
                Enter(PlantState.Running);
            else if (State is PlantState.Sleeping or PlantState.Drained)
            {
                Enter(PlantState.Starting);
                if (fast)
                    _stateEndsMs = NowMs + (_stateEndsMs - NowMs) / 4;
            }
        }
    }

    /// <summary>Reboots by command.</summary>
    public void Reboot()
    {
        lock (Gate)
        {
            if (!IgnoresCommands && Answers)
                Boot();
        }
    }

    /// <summary>Hangs now, whatever was commanded, until the watchdog reboots it.</summary>
    public void Crash()
    {
        lock (Gate)
        {
            if (State is not PlantState.Dark)
                Enter(PlantState.Crashed);
        }
    }

    /// <summary>Gives or cuts the supply upstream; a device comes back from a cut with a boot.</summary>
    public void Supply(bool on)
    {
        lock (Gate)
        {
            if (!on)
            {
                Enter(PlantState.Dark);
                _baseMilliwatts = Milliwatts = MilliworkPerSecond = 0;
            }
            else if (State is PlantState.Dark)
                Boot();
        }
    }

    private void Boot()
    {
        BootId++;
        _workAtBoot = Work;
        _asleep &= Rating.SleepSurvivesReboot;
        if (!Rating.LimitSurvivesReboot)
            LimitMilliwatts = Rating.NominalWatts * 1000L;
        Enter(PlantState.Booting);
    }

    private void Enter(PlantState state)
    {
        State = state;
        _stateEndsMs = NowMs + state switch
        {
            PlantState.Booting => Rating.BootMs,
            PlantState.Starting => Rating.StartMs * _chance.NextInt64(50, 151) / 100,
            PlantState.Drained => DrainedRestMs,
            PlantState.Crashed => WatchdogMs,
            _ => 0,
        };
        if (state is not (PlantState.Running or PlantState.Draining))
            Array.Clear(_requestMs);
    }
}
