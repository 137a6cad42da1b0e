using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Fleet.Gateway;
using Fleet.Gateway.Market;

namespace Fleet.Tests.Harness;

/// <summary>A market of given prices, read from a file as the gateway reads it.</summary>
public static class GatewayMarket
{
    /// <summary>A market of these quarter prices in USD; null is a gap.</summary>
    public static MarketBoard Of(DateTimeOffset start, params decimal?[] prices) => Of(new FleetOptions(), start, prices);

    /// <summary>A market of these quarter prices in USD, with other settings.</summary>
    public static MarketBoard Of(FleetOptions options, DateTimeOffset start, params decimal?[] prices)
    {
        var rows = prices.Select((price, quarter) => price is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"{start.AddMinutes(15 * quarter):yyyy-MM-ddTHH:mm:ssZ},{known},USD")
            : "");
        return OfText(options, "start_utc,price,currency_per_mwh\n" + string.Join('\n', rows.Where(row => row.Length > 0)), start);
    }

    /// <summary>A market of a price file with this text.</summary>
    public static MarketBoard OfText(FleetOptions options, string csv, DateTimeOffset now)
    {
        var folder = Directory.CreateTempSubdirectory("fleet-market-");
        try
        {
            options.Prices.File = Path.Combine(folder.FullName, "prices.csv");
            File.WriteAllText(options.Prices.File, csv);
            return MarketBoard.From(options, now, needsHashing: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
