using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fleet.Gateway.Web;

/// <summary>Electricity prices around now, as published.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="IsSample">Whether they are made up, because no file is configured.</param>
/// <param name="Currency">ISO 4217 currency of all prices here.</param>
/// <param name="Now">The gateway's clock.</param>
/// <param name="HashpricePerPetahashDay">What a day of hashing of one petahash a second earns, before fees, in the currency Bitcoin is priced in; null when nobody knows.</param>
/// <param name="Notes">What is worth knowing about the sources: rows dropped, gaps, a sample in use.</param>
/// <param name="Prices">The prices by time.</param>
public sealed record PricesView(
    string Source, bool IsSample, string Currency, DateTimeOffset Now, double? HashpricePerPetahashDay, IReadOnlyList<string> Notes,
    IReadOnlyList<PriceView> Prices);

/// <summary>One published price. A gap is an absence.</summary>
/// <param name="Start">From when it holds.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="PerMwh">Money for a megawatt-hour; negative when one is paid to take it.</param>
public sealed record PriceView(DateTimeOffset Start, int Seconds, decimal PerMwh);

/// <summary>Prices and what work earns.</summary>
internal static class PricesApi
{
    private const int MostHours = 24 * 31;

    public static void MapPrices(this IEndpointRouteBuilder api)
    {
        api.MapGet("/prices", (MarketBoard market, GatewayTime time, int? hoursBack, int? hoursAhead) =>
                (hoursBack ?? 0) is < 0 or > MostHours || (hoursAhead ?? 0) is < 0 or > MostHours
                    ? Problems.BadRequest($"hoursBack and hoursAhead go from 0 to {MostHours}.")
                    : Results.Ok(ViewOf(market, time.GetUtcNow(), hoursBack ?? 12, hoursAhead ?? 36)))
            .Produces<PricesView>().ProducesProblem(StatusCodes.Status400BadRequest)
            .WithSummary("Electricity prices around now, before any site's adder");
    }

    private static PricesView ViewOf(MarketBoard market, DateTimeOffset now, int hoursBack, int hoursAhead) => new(
        market.Prices.Provenance.Source, market.Prices.Provenance.IsSample, market.Prices.Currency, now,
        market.HashpriceAt(now)?.PerTerahashDay * 1000, market.Notes,
        [.. market.Prices.Slots
            .Where(slot => slot.EndUtc > now.AddHours(-hoursBack) && slot.StartUtc < now.AddHours(hoursAhead))
            .Select(slot => new PriceView(slot.StartUtc, (int)slot.Duration.TotalSeconds, slot.PricePerMwh))]);
}
