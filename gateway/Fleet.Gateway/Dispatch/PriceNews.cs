using System;
using Fleet.Gateway.Planning;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Dispatch;

/// <summary>
/// Whether what a controller's schedule says of prices is so far from what is known now that it is worth a write to its
/// flash. It is not for a cent: what counts is how far a price moves among the strike prices there are, from that of the
/// worst miner to that of the best.
/// </summary>
internal static class PriceNews
{
    /// <summary>Prices that move are no reason to write more often, however they jump.</summary>
    public static readonly TimeSpan LeastBetween = TimeSpan.FromHours(1);

    /// <summary>Slots whose prices have become known wait until they are as many as this; a day-ahead auction brings a day of them.</summary>
    public static readonly TimeSpan NewlyKnown = TimeSpan.FromHours(6);

    private const double BestJoulesPerTerahash = 10;
    private const double WorstJoulesPerTerahash = 100;
    private const double UsualJoulesPerTerahash = 20;
    private const double HoursPerDay = 24;

    // A part of the usual strike price, and of the hashprice it comes from.
    private const double Part = 0.1;

    /// <summary>Whether the prices of the plan matter to a controller that was sent this so long ago.</summary>
    public static bool Matter(ScheduleCommand has, TimeSpan age, SitePlan plan, SchedulePrices? prices, DateTimeOffset now)
    {
        // A source that has failed is no reason: what is known is all there is.
        if (prices is null)
            return false;
        if (has.Prices is not { } had)
            return true;
        var hasMoved = Math.Abs(prices.HashpriceMicros - (double)had.HashpriceMicros) > Part * had.HashpriceMicros;
        var unknown = TimeSpan.Zero;
        for (var slot = 0; slot < prices.PerMegawattHour.Length; slot++)
        {
            var start = plan.Start + plan.SlotLength * slot;
            var index = (start - has.Start).Ticks / has.SlotLength.Ticks;
            if (start + plan.SlotLength <= now || start < has.Start || index >= has.LimitWatts.Length)
                continue;
            if (index >= had.PerMegawattHour.Length)
                unknown += plan.SlotLength;
            else
                hasMoved |= IsFar(prices.PerMegawattHour[slot], had.PerMegawattHour[index], had.HashpriceMicros);
        }
        return unknown >= NewlyKnown || (hasMoved && age >= LeastBetween);
    }

    private static bool IsFar(int price, int had, int hashpriceMicros)
    {
        double StrikeAt(double joulesPerTerahash) => hashpriceMicros / (HoursPerDay * joulesPerTerahash);
        double Within(int one) => Math.Clamp(one, StrikeAt(WorstJoulesPerTerahash), StrikeAt(BestJoulesPerTerahash));
        return Math.Abs(Within(price) - Within(had)) > Part * StrikeAt(UsualJoulesPerTerahash);
    }
}
