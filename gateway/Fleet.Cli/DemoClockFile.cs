using System;
using System.Globalization;
using System.IO;
using Fleet.Gateway;
using Fleet.Gateway.Market;

namespace Fleet.Cli;

/// <summary>Remembers how far the simulated clock has come, so that a later start goes on from there and never goes back.</summary>
internal sealed class DemoClockFile
{
    private readonly string _path;

    /// <summary>The clock file in this folder, which is made with the first note.</summary>
    public DemoClockFile(string dataFolder) => _path = Path.Combine(dataFolder, "demo-clock.txt");

    /// <summary>Whether a demo has run here before.</summary>
    public bool Exists => File.Exists(_path);

    /// <summary>Where the clock begins: where it ended, or as chosen, or a day into the prices, or now.</summary>
    public DateTimeOffset StartOf(DemoChoice choice)
    {
        var last = Last();
        if (last is not null && choice.Start < last)
            throw new ConfigurationException([$"--start {choice.Start:u} lies before {last:u}, where the demo in {choice.DataFolder} ended: leave --start out to go on from there, give a later one, or another --data folder"]);
        var series = choice.PriceFile is null ? null : PriceFile.Read(choice.PriceFile).Series;
        var start = choice.Start ?? last ?? series?.Slots[0].StartUtc.AddDays(1) ?? TimeProvider.System.GetUtcNow();
        if (series is not null && series.At(start) is null && (start < series.Slots[0].StartUtc || start >= series.Slots[^1].EndUtc))
            throw new ConfigurationException([$"the clock would begin at {start:u}, the prices go from {series.Slots[0].StartUtc:u} to {series.Slots[^1].EndUtc:u}: give a --start between them, or another --data folder{(last is null ? "" : $", for the clock of {choice.DataFolder} never goes back")}"]);
        return start.ToUniversalTime();
    }

    /// <summary>Notes how far the clock has come.</summary>
    public void Note(DateTimeOffset now)
    {
        var next = _path + ".new";
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(next, now.ToString("O", CultureInfo.InvariantCulture));
        File.Move(next, _path, overwrite: true);
    }

    private DateTimeOffset? Last() =>
        File.Exists(_path) && DateTimeOffset.TryParse(File.ReadAllText(_path), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var last) ? last : null;
}
