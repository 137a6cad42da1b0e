using System;
using System.IO;
using System.Linq;
using Fleet.Gateway.Market;
using Fleet.Gateway.Sites;
using Microsoft.Extensions.Logging;

namespace Fleet.Gateway;

/// <summary>Says at the start what is used, and what an owner would not notice before it costs money.</summary>
internal static class StartReport
{
    private const int MostNotes = 5;

    /// <summary>The settings file that a gateway in this folder reads.</summary>
    public static string FileOf(string contentRoot) => Path.Combine(contentRoot, "appsettings.json");

    /// <summary>Logs it.</summary>
    public static void Write(ILogger logger, FleetOptions options, SiteList sites, MarketBoard market, DateTimeOffset now, string file)
    {
        var folder = Path.GetFullPath(options.DataFolder);
        var prices = market.Prices;
        logger.LogInformation("Data in {Folder}, settings files for controllers in {Settings}", folder, Path.Combine(folder, "settings"));
        logger.LogInformation(
            "Prices: {Source}, {From:u} to {To:u}, {Currency} per MWh",
            options.Prices.File.Length > 0 ? Path.GetFullPath(options.Prices.File) : prices.Provenance.Source, prices.Slots[0].StartUtc, prices.Slots[^1].EndUtc, prices.Currency);
        if (sites.All.Count == 0)
            logger.LogWarning("No site is configured: name sites under Fleet:Sites in {File} or in the environment (Fleet__Sites__0__Id=…)", file);
        if (prices.Slots[^1].EndUtc <= now)
            logger.LogWarning("The prices ended at {End:u} and it is {Now:u}: no load runs until Fleet:Prices:File has newer ones", prices.Slots[^1].EndUtc, now);
        if (prices.Provenance.IsSample)
            return;
        foreach (var note in market.Notes.Take(MostNotes))
            logger.LogWarning("{Note}", note);
        if (market.Notes.Count > MostNotes)
            logger.LogWarning("{Count} more such notes: see notes in /api/v1/prices", market.Notes.Count - MostNotes);
    }
}
