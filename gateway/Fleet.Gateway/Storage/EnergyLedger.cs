using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Gateway.Storage;

/// <summary>A site's energy in one slot, and what it cost.</summary>
/// <param name="StartUtcMs">Beginning of the slot, UTC milliseconds.</param>
/// <param name="EnergyMilliwattHours">Energy of all its controllers; negative when exported.</param>
/// <param name="CostMicros">Its cost in millionths of the currency, negative when earned; null when none of it has a price.</param>
/// <param name="Currency">The currency of the cost; null without one.</param>
/// <param name="UnpricedMilliwattHours">The part of the energy that has no price, and is not in the cost.</param>
/// <param name="CoveredMs">Milliseconds of the slot that records cover, summed over the controllers: the slot's length times their number when there is no gap.</param>
/// <param name="WorstQuality">The worst quality of its records, as in <see cref="EnergyRow.Quality"/>.</param>
/// <param name="IsDivided">Whether a record reached over an edge and was divided in proportion to time.</param>
/// <param name="EarlierSeconds">How much earlier some of it may have been taken than in this slot, as in <see cref="EnergyRow.EarlierSeconds"/>; 0 when all of it is dated.</param>
public sealed record SlotEnergy(
    long StartUtcMs, long EnergyMilliwattHours, long? CostMicros, string? Currency, long UnpricedMilliwattHours,
    long CoveredMs, int WorstQuality, bool IsDivided, long EarlierSeconds);

/// <summary>
/// Energy and money of a site by slot. The range is cut at every edge of a slot or price; a record that reaches over a
/// cut is divided by time so that its parts add up to exactly the record:
/// <code>
///   slots    |----------------|----------------|
///   prices   |------ 40 ------|-- 55 --|- none-|
///   pieces   |       a        |   b    |   c   |
///   record           [==== 900 mWh ====]          part of a: 900·x/n rounded down, part of b: the rest
/// </code>
/// </summary>
public sealed class EnergyLedger
{
    /// <summary>Length of a slot: 15 minutes of UTC.</summary>
    public const long SlotMs = 900_000;

    /// <summary>Longest range of one answer: 400 days.</summary>
    public const long LongestMs = 400L * 86_400_000;

    // Microunits of money per milliwatt-hour × (currency per MWh): 1 MWh is 10^9 mWh.
    private const long MilliwattHoursPerMegawattHour = 1_000_000_000;

    // CROSS JOIN: the records by time first, not each controller's whole history. The long ones have an index of their own,
    // so that the others need looking for only an hour back.
    private const string SiteSql = """
        SELECT start_utc_ms, end_utc_ms, energy_milliwatt_hours, quality, earlier_seconds FROM energy_records CROSS JOIN controllers
        WHERE start_utc_ms >= @fromUtcMs - 3600000 AND start_utc_ms < @toUtcMs AND end_utc_ms > @fromUtcMs
            AND end_utc_ms - start_utc_ms <= 3600000 AND id = controller_id AND site = @site
        UNION ALL
        SELECT start_utc_ms, end_utc_ms, energy_milliwatt_hours, quality, earlier_seconds FROM energy_records CROSS JOIN controllers
        WHERE start_utc_ms < @toUtcMs AND end_utc_ms > @fromUtcMs
            AND end_utc_ms - start_utc_ms > 3600000 AND id = controller_id AND site = @site
        """;

    private readonly Database _database;
    private readonly PriceStore _prices;

    internal EnergyLedger(Database database, PriceStore prices)
    {
        _database = database;
        _prices = prices;
    }

    /// <summary>
    /// A site's slots that hold energy, by time, from the slot of an instant until before another; with money where
    /// <paramref name="priceSeries"/> has a price. One currency to a slot: a piece in another than the first stays unpriced.
    /// </summary>
    /// <exception cref="ArgumentException">The range is longer than <see cref="LongestMs"/>.</exception>
    public async Task<IReadOnlyList<SlotEnergy>> SlotsAsync(
        string site, long fromUtcMs, long toUtcMs, string? priceSeries = null, CancellationToken cancellation = default)
    {
        if (toUtcMs - fromUtcMs > LongestMs)
            throw new ArgumentException($"The range is longer than {LongestMs / 86_400_000} days; ask for less at once.", nameof(toUtcMs));
        var from = fromUtcMs - fromUtcMs % SlotMs;
        var prices = priceSeries is null ? [] : await _prices.RangeAsync(priceSeries, from, toUtcMs, cancellation).ConfigureAwait(false);
        var pieces = Cut(from, toUtcMs, prices);
        using var connection = _database.OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = SiteSql;
        command.Parameters.AddWithValue("@site", site);
        command.Parameters.AddWithValue("@fromUtcMs", from);
        command.Parameters.AddWithValue("@toUtcMs", toUtcMs);
        using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            Divide(new Interval(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3), reader.GetInt64(4)), pieces);
        return pieces.Where(piece => piece.CoveredMs > 0).GroupBy(piece => piece.FromMs - piece.FromMs % SlotMs).Select(SlotOf).ToList();
    }

    private static List<Piece> Cut(long from, long to, IReadOnlyList<PriceRow> prices)
    {
        var cuts = new SortedSet<long> { from, to };
        for (var at = from; at < to; at += SlotMs)
            cuts.Add(at);
        foreach (var price in prices)
        {
            cuts.Add(Math.Clamp(price.StartUtcMs, from, to));
            cuts.Add(Math.Clamp(price.StartUtcMs + price.DurationMs, from, to));
        }
        var pieces = new List<Piece>(cuts.Count);
        var next = 0;
        foreach (var (start, end) in cuts.Zip(cuts.Skip(1)))
        {
            while (next < prices.Count && prices[next].StartUtcMs <= start)
                next++;
            // The latest price that began holds; when two overlap, the later one.
            var last = next > 0 ? prices[next - 1] : null;
            pieces.Add(new Piece(start, end, last is not null && last.StartUtcMs + last.DurationMs >= end ? last : null));
        }
        return pieces;
    }

    private static void Divide(Interval row, List<Piece> pieces)
    {
        var index = pieces.BinarySearch(new Piece(row.StartUtcMs, row.StartUtcMs, null), Piece.ByStart);
        for (var i = Math.Max(index < 0 ? ~index - 1 : index, 0); i < pieces.Count && pieces[i].FromMs < row.EndUtcMs; i++)
        {
            var piece = pieces[i];
            var start = Math.Max(row.StartUtcMs, piece.FromMs);
            var end = Math.Min(row.EndUtcMs, piece.ToMs);
            if (start >= end)
                continue;
            piece.EnergyMilliwattHours += EnergyUntil(row, end) - EnergyUntil(row, start);
            piece.CoveredMs += end - start;
            piece.WorstQuality = Math.Max(piece.WorstQuality, row.Quality);
            piece.EarlierSeconds = Math.Max(piece.EarlierSeconds, row.EarlierSeconds);
            piece.IsDivided |= start > row.StartUtcMs || end < row.EndUtcMs;
        }
    }

    // Differences of this running total add up to the record exactly, however it is cut.
    private static long EnergyUntil(Interval row, long utcMs) =>
        (long)((Int128)row.EnergyMilliwattHours * (utcMs - row.StartUtcMs) / (row.EndUtcMs - row.StartUtcMs));

    private static SlotEnergy SlotOf(IGrouping<long, Piece> slot)
    {
        var currency = slot.Select(piece => piece.Price?.Currency).FirstOrDefault(name => name is not null);
        var priced = slot.Where(piece => piece.Price is not null && piece.Price.Currency == currency).ToList();
        var energy = slot.Sum(piece => piece.EnergyMilliwattHours);
        return new SlotEnergy(
            slot.Key, energy, priced.Count == 0 ? null : priced.Sum(CostMicros), currency,
            energy - priced.Sum(piece => piece.EnergyMilliwattHours), slot.Sum(piece => piece.CoveredMs),
            slot.Max(piece => piece.WorstQuality), slot.Any(piece => piece.IsDivided), slot.Max(piece => piece.EarlierSeconds));
    }

    // Rounded half away from zero, once for all energy of a piece.
    private static long CostMicros(Piece piece)
    {
        var product = (Int128)piece.EnergyMilliwattHours * piece.Price!.PriceMicrosPerMegawattHour;
        return (long)((product + Int128.Sign(product) * (MilliwattHoursPerMegawattHour / 2)) / MilliwattHoursPerMegawattHour);
    }

    private readonly record struct Interval(long StartUtcMs, long EndUtcMs, long EnergyMilliwattHours, int Quality, long EarlierSeconds);

    private sealed class Piece(long fromMs, long toMs, PriceRow? price)
    {
        public static readonly Comparer<Piece> ByStart = Comparer<Piece>.Create((a, b) => a.FromMs.CompareTo(b.FromMs));

        public long FromMs { get; } = fromMs;

        public long ToMs { get; } = toMs;

        public PriceRow? Price { get; } = price;

        public long EnergyMilliwattHours { get; set; }

        public long CoveredMs { get; set; }

        public int WorstQuality { get; set; }

        public bool IsDivided { get; set; }

        public long EarlierSeconds { get; set; }
    }
}
