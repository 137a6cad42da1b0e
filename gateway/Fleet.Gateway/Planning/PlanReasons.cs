using System;
using System.Globalization;
using System.Linq;
using Fleet.Gateway.Market;

namespace Fleet.Gateway.Planning;

/// <summary>Says in one line why a load has its level in a slot; worked out when asked, so a plan stays small.</summary>
internal sealed class PlanReasons(PlanModel model, long[][] freeWatts)
{
    /// <summary>The reason while a load cannot start yet.</summary>
    public const string Resting = "held by minimum off time";

    /// <summary>The reason for one slot.</summary>
    public string Of(LoadModel load, ReadOnlySpan<byte> levels, int slot)
    {
        switch (load.Uses[slot])
        {
            case SlotUse.MustOff:
                return load.Source.MustOff.First(range => slot >= range.FirstSlot && slot < range.FirstSlot + (long)range.SlotCount).Reason;
            case SlotUse.PriceUnknown:
                return "price unknown: off until it is known";
            case SlotUse.HeldBlind:
                return "held by minimum on time, price unknown";
            case SlotUse.Resting:
                return Resting;
            case SlotUse.Conflict:
                return $"off: the {load.GaveWayTo?[slot]} cannot be kept otherwise";
            default:
                return ByMoney(load, levels, slot);
        }
    }

    private string ByMoney(LoadModel load, ReadOnlySpan<byte> levels, int slot)
    {
        int level = levels[slot];
        double price = (double)(model.Sites[load.Site].PricePerMwh[slot] ?? 0);
        double? below = StrikePrice.Below(load.Source.Levels, level);
        double? above = StrikePrice.Above(load.Source.Levels, level);
        bool isTooHigh = below < price;
        bool isTooLow = above > price;
        if (!isTooHigh && !isTooLow)
            return AsPriceSays(price, below, above);
        if (load.Committed?[slot] == level && model.Problem.SwitchingCost > 0)
            return "stays as planned before: a change now would gain too little";
        return isTooHigh ? WhyHigher(load, levels, slot) : WhyLower(load, levels, slot, price);
    }

    private static string AsPriceSays(double price, double? below, double? above) => (below, above) switch
    {
        (null, null) => "has no power to choose",
        (null, { } next) => Invariant($"strike {next:0.0} < price {price:0.0}"),
        ({ } strike, null) => Invariant($"strike {strike:0.0} > price {price:0.0}"),
        ({ } strike, { } next) => Invariant($"strike {strike:0.0} > price {price:0.0} > next strike {next:0.0}"),
    };

    // On, or higher, although the price is above the strike: something makes stopping dearer.
    private static string WhyHigher(LoadModel load, ReadOnlySpan<byte> levels, int slot)
    {
        int since = RunStart(levels, slot);
        bool isWithinMinimum = load.Uses[slot] == SlotUse.Held || (since > 0 || !load.BeginsOn) && slot - since < load.Source.MinOnSlots;
        return isWithinMinimum ? "held by minimum on time" : "kept on: stopping and starting again costs more";
    }

    // Off, or lower, although the price is below a strike: a limit, a minimum time or a start cost is in the way.
    private string WhyLower(LoadModel load, ReadOnlySpan<byte> levels, int slot, double price)
    {
        int wanted = Wanted(load, price);
        int extraWatts = load.Watts[Math.Min(levels[slot] + 1, wanted)] - load.Watts[levels[slot]];
        if (freeWatts[load.Site][slot] < extraWatts || freeWatts[^1][slot] < extraWatts)
            return $"held back by the {LimitOn(load, slot)}: other loads earn more with what it leaves";
        if (levels[slot] > 0)
            return $"held back by the {LimitOn(load, slot)}: its next step does not fit";
        int since = RunStart(levels, slot);
        bool isResting = (since > 0 || load.BeginsOn) && slot - since < load.Source.MinOffSlots;
        return isResting ? Resting : "a start here would not pay for itself within limits and minimum times";
    }

    private string LimitOn(LoadModel load, int slot)
    {
        bool isPortfolio = freeWatts[^1][slot] < freeWatts[load.Site][slot];
        return model.Couplings[isPortfolio ? ^1 : load.Site].Names[slot];
    }

    private static int Wanted(LoadModel load, double price)
    {
        int level = load.Watts.Length - 1;
        while (level > 0 && StrikePrice.Below(load.Source.Levels, level) < price)
            level--;
        return level;
    }

    private static int RunStart(ReadOnlySpan<byte> levels, int slot)
    {
        bool isOn = levels[slot] > 0;
        while (slot > 0 && levels[slot - 1] > 0 == isOn)
            slot--;
        return slot;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
