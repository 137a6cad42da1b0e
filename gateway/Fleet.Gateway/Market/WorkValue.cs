using System;

namespace Fleet.Gateway.Market;

/// <summary>What an hour of work at rate one is worth: of 1 TH/s for an ASIC, of 1 token/s for an AI box.</summary>
/// <param name="PerRateHour">Money per unit of work rate and hour, after fees.</param>
/// <param name="Currency">ISO 4217 code of the money.</param>
public sealed record WorkValue(double PerRateHour, string Currency)
{
    private const double HoursPerDay = 24;
    private const double SecondsPerHour = 3_600;
    private const double TokensPerMillion = 1e6;

    /// <summary>Value of hashing, less the pool's share.</summary>
    /// <param name="hashprice">Money per TH/s and day.</param>
    /// <param name="poolFeePercent">The pool's share, 0 to 100.</param>
    public static WorkValue OfHashing(Hashprice hashprice, double poolFeePercent)
    {
        if (poolFeePercent is not (>= 0 and <= 100))
            throw new ArgumentOutOfRangeException(nameof(poolFeePercent), poolFeePercent, "the pool fee must be from 0 to 100 percent");
        return new WorkValue(hashprice.PerTerahashDay / HoursPerDay * (1 - (poolFeePercent / 100)), hashprice.Currency);
    }

    /// <summary>Value of inference from the price of a million tokens.</summary>
    public static WorkValue OfTokens(double pricePerMillionTokens, string currency)
    {
        if (!double.IsFinite(pricePerMillionTokens) || pricePerMillionTokens < 0)
            throw new ArgumentOutOfRangeException(nameof(pricePerMillionTokens), pricePerMillionTokens, "the price of a million tokens must be finite and not negative");
        return new WorkValue(pricePerMillionTokens / TokensPerMillion * SecondsPerHour, currency);
    }

    /// <summary>The same value in another currency, such as that of the electricity.</summary>
    /// <param name="currency">The currency wanted.</param>
    /// <param name="rate">How much of it one unit of <see cref="Currency"/> buys.</param>
    public WorkValue In(string currency, double rate)
    {
        if (!double.IsFinite(rate) || rate <= 0)
            throw new ArgumentOutOfRangeException(nameof(rate), rate, $"the rate from {Currency} to {currency} must be above zero");
        return new WorkValue(PerRateHour * rate, currency);
    }
}
