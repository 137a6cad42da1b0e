using System;

namespace Fleet.Gateway.Planning;

/// <summary>What a schedule of one load is worth, counted slot by slot and apart from how it was found.</summary>
internal static class PlanMoney
{
    /// <summary>Revenue less energy and starts.</summary>
    public static double Earned(PlanModel model, LoadModel load, ReadOnlySpan<byte> levels)
    {
        double[] energyCost = model.EnergyCost[load.Site];
        double money = 0;
        bool wasOn = load.BeginsOn;
        for (int slot = 0; slot < levels.Length; slot++)
        {
            bool isOn = levels[slot] > 0;
            if (isOn && !wasOn)
                money -= load.Source.StartCost;
            money += load.Money(slot, levels[slot], model.Hours[slot], energyCost[slot]);
            wasOn = isOn;
        }
        return money;
    }

    /// <summary>Switching cost of every slot that leaves the load's commitment.</summary>
    public static double SwitchingPenalty(PlanModel model, LoadModel load, ReadOnlySpan<byte> levels)
    {
        if (load.Committed is null)
            return 0;
        int left = 0;
        for (int slot = 0; slot < levels.Length; slot++)
        {
            if (load.Committed[slot] != LoadModel.NotCommitted && load.Committed[slot] != levels[slot])
                left++;
        }
        return left * model.Problem.SwitchingCost;
    }
}
