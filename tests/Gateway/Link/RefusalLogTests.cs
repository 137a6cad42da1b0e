using System;
using System.Threading.Tasks;
using Fleet.Gateway.Link;
using Xunit;

namespace Fleet.Tests.Gateway.Link;

/// <summary>Whoever reaches the broker's port cannot write lines of their own into the log, nor fill it.</summary>
public sealed class RefusalLogTests
{
    [Fact]
    public async Task A_strangers_client_id_is_cut_and_begins_no_line()
    {
        await using var rig = await BrokerRig.StartAsync();
        await RefuseAsync(rig, "x\nwarn: all is well\u001b[2J\u2028" + new string('y', 1_000));
        var line = Assert.Single(rig.Log.Lines);
        Assert.Contains("client id 'x\uFFFDwarn: all is well\uFFFD[2J\uFFFDyyy", line);
        Assert.DoesNotContain(line, letter => char.IsControl(letter) || letter == '\u2028');
        Assert.InRange(line.Length, 64, 220);
    }

    [Fact]
    public async Task More_refusals_than_a_person_reads_are_counted_and_said_later()
    {
        await using var rig = await BrokerRig.StartAsync();
        for (var i = 0; i < LogLimit.LinesPerMinute + 5; i++)
            await RefuseAsync(rig, "nobody");
        Assert.Equal(LogLimit.LinesPerMinute, rig.Log.Lines.Count);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await RefuseAsync(rig, "nobody");
        Assert.Contains("5 refusals were left out", rig.Log.Lines[^2]);
        Assert.Equal(LogLimit.LinesPerMinute + 6, rig.Broker.Counters.RefusedConnections);
    }

    private static async Task RefuseAsync(BrokerRig rig, string clientId)
    {
        await using var stranger = new RawController(BrokerRig.Alpha);
        stranger.Connect.ClientId = clientId;
        await stranger.ConnectAsync(rig.Broker.Port);
    }
}
