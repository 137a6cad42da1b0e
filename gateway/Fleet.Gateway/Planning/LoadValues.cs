using System;
using System.Collections.Generic;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Planning;

/// <summary>What the sites' loads earn and pay: the market's figures laid on their curves and tariffs.</summary>
public sealed class LoadValues
{
    private readonly MarketBoard _market;

    /// <summary>Values by this market.</summary>
    public LoadValues(MarketBoard market)
    {
        _market = market;
    }

    /// <summary>ISO 4217 currency of all of them.</summary>
    public string Currency => _market.Prices.Currency;

    /// <summary>What an hour of a kind of work at rate one earns at an instant; null when nobody knows.</summary>
    public WorkValue? ValueOf(WorkKind work, DateTimeOffset at) => work switch
    {
        WorkKind.Tokens => _market.Tokens,
        WorkKind.Hashes => _market.HashingAt(at),
        _ => new WorkValue(0, Currency),
    };

    /// <summary>A load's power levels with what each earns in an hour, off first; null when its work has no known value.</summary>
    public IReadOnlyList<PowerLevel>? LevelsOf(Load load, DateTimeOffset at)
    {
        if (ValueOf(load.Work, at) is not { } value)
            return null;
        var levels = load.Levels.Select(level => new EfficiencyLevel(level.Watts, level.WorkRate));
        return new EfficiencyCurve(levels.Prepend(new EfficiencyLevel(0, 0))).ValuedAt(value);
    }

    /// <summary>What a site pays for a megawatt-hour at an instant; null in a gap.</summary>
    public decimal? PriceAt(SiteTerms site, DateTimeOffset at) => _market.Prices.At(at)?.PricePerMwh + (decimal)site.AdderPerMwh;

    /// <summary>What a site pays for a megawatt-hour over an interval; null when any part of it is a gap.</summary>
    public decimal? PriceOver(SiteTerms site, DateTimeOffset start, TimeSpan duration) =>
        _market.Prices.Over(start, duration) + (decimal)site.AdderPerMwh;
}
