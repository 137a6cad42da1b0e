using System;
using System.Collections.Generic;
using System.Linq;

namespace Fleet.Gateway.Market;

/// <summary>What electricity costs and what work earns, as configured: the one place the planner, the ledger and the screens ask.</summary>
public sealed class MarketBoard
{
    private const int SampleDays = 400;
    private const int MostNotes = 20;

    private readonly HashpriceHistory? _hashprices;
    private readonly Hashprice? _hashprice;
    private readonly BitcoinOptions _bitcoin;

    private MarketBoard(PriceSeries prices, HashpriceHistory? hashprices, Hashprice? hashprice, FleetOptions options, IReadOnlyList<string> notes)
    {
        Prices = prices;
        Notes = notes;
        _hashprices = hashprices;
        _hashprice = hashprice;
        _bitcoin = options.Bitcoin;
        Tokens = WorkValue.OfTokens(options.Tokens.ValuePerMillion, prices.Currency);
    }

    /// <summary>Electricity prices of the market, before any site's adder.</summary>
    public PriceSeries Prices { get; }

    /// <summary>What is worth knowing about the sources: rows dropped, gaps, a sample in use. For the log and the screens.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Reads the configured sources.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="now">The day the bundled sample is laid around when no file is given.</param>
    /// <param name="needsHashing">Whether any load hashes, so that what hashing earns must be known in the prices' currency.</param>
    /// <exception cref="ConfigurationException">A file or figure cannot be used; the message says why and what to do.</exception>
    public static MarketBoard From(FleetOptions options, DateTimeOffset now, bool needsHashing)
    {
        if (options.Bitcoin.Currency is not { Length: 3 } || !options.Bitcoin.Currency.All(char.IsAsciiLetterUpper))
            throw new ConfigurationException([$"Fleet:Bitcoin:Currency is '{options.Bitcoin.Currency}': give three capital letters such as USD"]);
        var notes = new List<string>();
        var prices = options.Prices.File.Length > 0 ? Read(options.Prices.File, notes) : Sample(options.Bitcoin.Currency, now, notes);
        foreach (var gap in prices.Gaps().Take(MostNotes))
            notes.Add($"{prices.Provenance.Source}: no price from {gap.StartUtc:u} to {gap.EndUtc:u}");
        CheckMoney(options, prices.Currency, needsHashing);
        if (options.Bitcoin.File.Length == 0)
            return new MarketBoard(prices, null, HashpriceOf(options.Bitcoin), options, notes);
        var outcome = HashpriceFile.Read(options.Bitcoin.File);
        notes.AddRange(outcome.Problems.Take(MostNotes).Select(problem => $"{options.Bitcoin.File} line {problem.Line}: {problem.Reason}"));
        return outcome.History is null
            ? throw new ConfigurationException([$"Fleet:Bitcoin:File: {outcome.Refusal}"])
            : new MarketBoard(prices, outcome.History, null, options, notes);
    }

    /// <summary>What an hour of inference of one token a second earns.</summary>
    public WorkValue Tokens { get; }

    /// <summary>What an hour of hashing of one terahash a second earns at an instant; null when nobody knows.</summary>
    public WorkValue? HashingAt(DateTimeOffset at) =>
        HashpriceAt(at) is { } hashprice ? InMoneyOfPrices(WorkValue.OfHashing(hashprice, _bitcoin.FeePercent)) : null;

    /// <summary>Hashprice at an instant; null when nobody knows.</summary>
    public Hashprice? HashpriceAt(DateTimeOffset at) => _hashprice ?? _hashprices?.At(at);

    private WorkValue? InMoneyOfPrices(WorkValue value)
    {
        if (value.Currency == Prices.Currency)
            return value;
        return _bitcoin.ExchangeRate > 0 ? value.In(Prices.Currency, _bitcoin.ExchangeRate) : null;
    }

    private static PriceSeries Read(string file, List<string> notes)
    {
        var outcome = PriceFile.Read(file);
        if (outcome.Problems.Count > 0)
            notes.Add($"{file}: {outcome.Problems.Count} lines with problems");
        notes.AddRange(outcome.Problems.Take(MostNotes).Select(problem => $"{file} line {problem.Line}: {problem.Reason}"));
        return outcome.Series ?? throw new ConfigurationException([$"Fleet:Prices:File: {outcome.Refusal}"]);
    }

    private static PriceSeries Sample(string currency, DateTimeOffset now, List<string> notes)
    {
        notes.Add("no price file is configured: these prices are a made-up SAMPLE (Fleet:Prices:File)");
        return SamplePrices.From(now.AddDays(-7), SampleDays * 96, currency);
    }

    private static void CheckMoney(FleetOptions options, string currency, bool needsHashing)
    {
        var mistakes = new List<string>();
        var bitcoin = options.Bitcoin;
        if (needsHashing && bitcoin.Currency != currency && !(bitcoin.ExchangeRate > 0))
            mistakes.Add($"Fleet:Bitcoin:Currency is {bitcoin.Currency}, the electricity prices are in {currency}: give Fleet:Bitcoin:ExchangeRate, how much {currency} one {bitcoin.Currency} buys");
        foreach (var (key, value, least) in new[] { ("Difficulty", bitcoin.Difficulty, 1.0), ("SubsidyBtc", bitcoin.SubsidyBtc, 0), ("FeesBtcPerBlock", bitcoin.FeesBtcPerBlock, 0), ("Price", bitcoin.Price, 0) })
        {
            if (!double.IsFinite(value) || value < least)
                mistakes.Add($"Fleet:Bitcoin:{key} is {value}: give {least} or more");
        }
        if (bitcoin.FeePercent is not (>= 0 and <= 100))
            mistakes.Add($"Fleet:Bitcoin:FeePercent is {bitcoin.FeePercent}: give 0 to 100");
        if (!double.IsFinite(options.Tokens.ValuePerMillion) || options.Tokens.ValuePerMillion < 0)
            mistakes.Add($"Fleet:Tokens:ValuePerMillion is {options.Tokens.ValuePerMillion}: give 0 or more");
        if (mistakes.Count > 0)
            throw new ConfigurationException(mistakes);
    }

    private static Hashprice HashpriceOf(BitcoinOptions bitcoin) =>
        Hashprice.From(bitcoin.Difficulty, bitcoin.SubsidyBtc, bitcoin.FeesBtcPerBlock, bitcoin.Price, bitcoin.Currency);
}
