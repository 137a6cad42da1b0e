using System;

namespace Fleet.Gateway.Market;

/// <summary>What mining pays: money per terahash a second and day.</summary>
/// <param name="PerTerahashDay">Money for one TH/s over one day, before pool fees.</param>
/// <param name="Currency">ISO 4217 code of the money.</param>
/// <param name="AsOf">Day whose network and price figures it rests on; null when they were given as settings.</param>
public sealed record Hashprice(double PerTerahashDay, string Currency, DateOnly? AsOf)
{
    private const double SecondsPerDay = 86_400;
    private const double HashesPerTerahash = 1e12;
    private const double HashesPerDifficulty = 4_294_967_296; // 2^32

    /// <summary>Hashprice from the state of the network and the price of a bitcoin.</summary>
    /// <remarks>
    /// BTC per TH/s and day = (subsidy + fees per block) · 86400 · 10¹² / (difficulty · 2³²): the expected share of blocks,
    /// as Luxor defines it (docs.luxor.tech/hashrateindex/hashprice).
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">A figure is not finite, the difficulty is below 1, or another is negative.</exception>
    public static Hashprice From(double difficulty, double subsidyBtc, double feesBtcPerBlock, double bitcoinPrice, string currency, DateOnly? asOf = null)
    {
        Require(difficulty >= 1 && double.IsFinite(difficulty), nameof(difficulty), difficulty);
        Require(subsidyBtc >= 0 && double.IsFinite(subsidyBtc), nameof(subsidyBtc), subsidyBtc);
        Require(feesBtcPerBlock >= 0 && double.IsFinite(feesBtcPerBlock), nameof(feesBtcPerBlock), feesBtcPerBlock);
        Require(bitcoinPrice >= 0 && double.IsFinite(bitcoinPrice), nameof(bitcoinPrice), bitcoinPrice);
        double bitcoinPerTerahashDay =
            (subsidyBtc + feesBtcPerBlock) * SecondsPerDay * HashesPerTerahash / (difficulty * HashesPerDifficulty);
        return new Hashprice(bitcoinPerTerahashDay * bitcoinPrice, currency, asOf);
    }

    private static void Require(bool holds, string name, double value)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite and not below {(name == "difficulty" ? 1 : 0)}");
    }
}
