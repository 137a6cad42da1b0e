using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Fleet.Gateway.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static Fleet.Tests.Gateway.Storage.TemporaryStore;

namespace Fleet.Tests.Gateway.Storage;

/// <summary>
/// A gateway killed at any instant: the test starts its own program as a second process, which stores energy and says
/// what was acknowledged, and kills it.
/// </summary>
public sealed class KillTests
{
    private const string PathVariable = "FLEET_TEST_STORE_UNTIL_KILLED";
    private const int RowsAtOnce = 25;

    [Fact]
    public async Task Loses_no_acknowledged_energy_and_repeats_no_number_when_killed()
    {
        await using var bench = new TemporaryStore();
        await bench.OpenAsync();
        var id = (await bench.EnrolAsync(1))[0];
        await bench.CloseAsync();
        var random = new Random(20_260_601);
        var acknowledged = new HashSet<(long Boot, long Sequence)>();
        var numbers = new List<long>();
        for (var boot = 1; boot <= 3; boot++)
        {
            foreach (var line in await RunAndKillAsync(bench.Path, random.Next(10, 200)))
            {
                var words = line.Split(' ');
                Assert.Equal(boot + 1, long.Parse(words[0]));
                numbers.Add(long.Parse(words[1]));
                acknowledged.UnionWith(Enumerable.Range(0, RowsAtOnce).Select(i => (long.Parse(words[0]), long.Parse(words[2]) + i)));
            }
        }
        var store = await bench.OpenAsync();
        var stored = (await bench.AllEnergyAsync(id)).Select(row => (row.BootId, row.Sequence)).ToList();
        Assert.Equal(stored.Count, stored.Distinct().Count());
        Assert.Empty(acknowledged.Except(stored));
        Assert.True(acknowledged.Count >= 3 * 10 * RowsAtOnce);
        Assert.Equal(5, store.Epoch);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.True(await store.Sequences.NextAsync(id, Cancel) > numbers.Max());
    }

    /// <summary>The second process: runs before any test, and only when it was started as such.</summary>
    [ModuleInitializer]
    internal static void StoreUntilKilled()
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is not { } path)
            return;
        var store = Store.OpenAsync(new StorageOptions { Path = path }, TimeProvider.System, NullLogger.Instance).GetAwaiter().GetResult();
        for (var sequence = 0L; sequence < 1_000_000; sequence += RowsAtOnce)
        {
            var rows = new EnergyRow[RowsAtOnce];
            for (var i = 0; i < rows.Length; i++)
                rows[i] = Energy(1, sequence + i, bootId: store.Epoch);
            var number = store.Sequences.NextAsync(1).AsTask().GetAwaiter().GetResult();
            store.Energy.StoreAsync(rows).GetAwaiter().GetResult();
            Console.Out.WriteLine($"{store.Epoch} {number} {sequence}");
            Console.Out.Flush();
        }
        Environment.Exit(0);
    }

    private static async Task<List<string>> RunAndKillAsync(string path, int linesUntilKilled)
    {
        var program = Path.ChangeExtension(typeof(KillTests).Assembly.Location, OperatingSystem.IsWindows() ? "exe" : null);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, Environment = { [PathVariable] = path } };
        using var process = Process.Start(start)!;
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (lines.Count == linesUntilKilled)
                process.Kill();
        }
        await process.WaitForExitAsync();
        Assert.True(lines.Count >= linesUntilKilled, "The second process ended by itself.");
        // The last line may be cut off by the kill: then it was not acknowledged to anyone.
        return lines.Take(linesUntilKilled).ToList();
    }
}
