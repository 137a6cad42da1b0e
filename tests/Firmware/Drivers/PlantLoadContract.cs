using System.Linq;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Firmware.Virtual;
using Fleet.Virtual.Plant;
using Fleet.Wire;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>The contract of a load's driver, kept with the simulated device that speaks its protocol.</summary>
public abstract class PlantLoadContract : LoadContract
{
    protected PlantLoadContract(PlantRating rating)
    {
        // A steady, brisk device: the contract compares single readings, and waits only so long.
        Model = new PlantModel(rating with { NoiseMilliwatts = 0, StartMs = 4_000, RampUpWattsPerSecond = 500, RampDownWattsPerSecond = 500 }, seed: 1, startMs: -1_200_000);
        Model.Advance(0);
    }

    /// <summary>The truth behind the device.</summary>
    protected PlantModel Model { get; }

    /// <summary>The device; made once.</summary>
    protected abstract LoadDevice Plant { get; }

    protected override int Watts => (int)((Model.Milliwatts + 500) / 1000);

    protected override bool Sleeps => Model.State is PlantState.Sleeping;

    protected override bool Keeps(int limitWatts) =>
        Model.State is PlantState.Running && Model.LimitWatts <= limitWatts && Model.LimitWatts == Model.Rating.NearestLimitWatts(limitWatts);

    protected override void Wake() => Model.Wake();

    protected override byte[]? Answer(byte[] request)
    {
        Model.Advance(Device.NowMs);
        DeviceLine line = new(Plant);
        line.Write(request);
        byte[] reply = Plants.ReadAll(line);
        return reply.Length == 0 ? null : reply;
    }

    /// <summary>What the device answers to this text.</summary>
    protected string Ask(string request) => Encoding.Latin1.GetString(Answer(Encoding.Latin1.GetBytes(request)) ?? []);

    /// <summary>The driver's newest reading.</summary>
    protected static LoadReading Reading(LoadDriver driver)
    {
        LoadReading reading = new();
        Xunit.Assert.True(driver.TryRead(reading));
        return reading;
    }

    /// <summary>What the settings would say of the load.</summary>
    protected static LoadAbility Ability(string driver, int minWatts, int maxWatts, params int[] levelWatts)
    {
        LoadAbility ability = Ability(driver, WorkUnit.Gigahash, minWatts, maxWatts);
        ability.LevelWatts = levelWatts;
        return ability;
    }
}
