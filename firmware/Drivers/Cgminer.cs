using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// Any miner with the cgminer API on TCP 4028, read only: its rate of work and its temperatures. It tells no watts and takes
/// no limit, so its ability is all or nothing, and an order below is one that it ignores.
/// Sources: ckolivas/cgminer API-README (summary, stats); bmminer's names of rates and temperatures as UpstreamData/pyasic
/// pyasic/miners/backends/bmminer.py reads them.
/// <code>
/// {"command":"summary"}     "GHS 5s" or "MHS 5s"
/// {"command":"stats"}       temp1, temp2_1, …, where the miner has it
/// </code>
/// </summary>
public sealed class Cgminer : LoadDriver
{
    private const int Status = 0;
    private const int Gigahashes = 1;
    private const int Megahashes = 2;
    private const int FirstTemperature = 3;

    private const int Temperatures = 9;

    private const string Fields = "STATUS,GHS 5s,MHS 5s;temp1,temp2,temp3,temp4,temp2_1,temp2_2,temp2_3,temp2_4,Temperature";

    private readonly LineExchange _exchange;

    /// <summary>The miner at this host and port.</summary>
    public Cgminer(LoadAbility ability, IDialer dialer, string host, int port)
        : base(ability, new FieldScanner(Fields))
    {
        _exchange = LineExchange.Cgminer(dialer, host, port);
    }

    /// <inheritdoc/>
    protected override Outcome Send(int limitWatts, bool begins, long nowMs)
    {
        return Outcome.Silent;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(LoadReading report, bool begins, long nowMs)
    {
        if (begins)
        {
            if (!TryAsk("{\"command\":\"summary\"}") || !ReadRate(report))
                return Outcome.Silent;
            report.State = report.WorkRate > 0 ? LoadState.Running : LoadState.Starting;
            return Outcome.Continues;
        }
        if (TryAsk("{\"command\":\"stats\"}"))
            ReadTemperatures(report, Reply, FirstTemperature, Temperatures);
        return Outcome.Complete;
    }

    /// <inheritdoc/>
    protected override bool Obeys(int limitWatts)
    {
        return limitWatts >= Ability.MaxWatts;
    }

    private bool ReadRate(LoadReading report)
    {
        ReadWorkRate(report, Reply, Gigahashes);
        if (!report.HasWorkRate && Reply.TryMilli(Megahashes, out long millihashes) && millihashes >= 0)
        {
            report.HasWorkRate = true;
            report.WorkRate = millihashes / 1000000;
        }
        return report.HasWorkRate;
    }

    private bool TryAsk(string request)
    {
        return _exchange.TryAsk(request, Reply) && Reply.Is(Status, "S");
    }
}
