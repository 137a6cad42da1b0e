using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Storage;
using Fleet.Gateway.Web;
using Fleet.Tests.Harness;
using Fleet.Wire;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Fleet.Tests.Gateway;

/// <summary>A database that fails for long costs neither control of a controller nor a record of its energy.</summary>
[Collection(nameof(FastClocks))]
public sealed class StorageFailureTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_another_program_holds_the_database_every_controller_is_heard_and_commanded_and_afterwards_no_record_is_missing()
    {
        await using var rig = await GatewayRig.StartWithWorldAsync(speed: 30, _ => 20m);
        await rig.UntilAsync("every controller is commanded", () => IsInCommandAsync(rig));
        var from = rig.Clock.GetUtcNow();
        using (var other = new SqliteConnection($"Data Source={Path.Combine(rig.DataFolder, "fleet.db")};Pooling=False"))
        {
            other.Open();
            using var held = other.BeginTransaction();
            await rig.UntilAsync("a quarter of an hour has passed", () => rig.Clock.GetUtcNow() > from.AddMinutes(15));
            Assert.True(rig.Store.Health.FailingSince < from.AddMinutes(5));
            await rig.UntilAsync("every controller is heard and commanded", () => IsInCommandAsync(rig));
            Assert.DoesNotContain(rig.Log.Lines, line => line.Contains("is gone", StringComparison.Ordinal));
        }
        foreach (var row in await rig.Store.Controllers.AllAsync(Cancel))
        {
            await rig.UntilAsync($"the records of {row.Controller} are there", async () =>
                await rig.Store.Energy.OfControllerAsync(row.Id, 0, long.MaxValue / 2, Cancel) is [.., { } last] records
                && last.EndUtcMs > from.AddMinutes(10).ToUnixTimeMilliseconds()
                && records.Select(record => record.Sequence).Order().SequenceEqual(Enumerable.Range((int)records.Min(record => record.Sequence), records.Count).Select(number => (long)number)));
        }
    }

    private static async Task<bool> IsInCommandAsync(GatewayRig rig) =>
        rig.World.Controllers.Values.All(one => one.State == ControllerState.Commanded)
        && (await rig.GetAsync<SiteView[]>("sites")).All(site => site.SilentControllers == 0);
}
