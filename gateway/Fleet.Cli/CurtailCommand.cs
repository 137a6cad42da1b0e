using System;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Web;

namespace Fleet.Cli;

/// <summary><c>fleet curtail</c>: lowers a site or the portfolio, shows what was reached and how fast, and calls it off.</summary>
internal static class CurtailCommand
{
    /// <summary>Exit code when it ended before measured power was at or below what was asked.</summary>
    private const int NotAchieved = 3;

    public static Command Create()
    {
        var site = new Option<string?>("--site") { Description = "The site; without it the whole portfolio" };
        var watts = new Option<int?>("--watts") { CustomParser = OptionValue.MaybeWhole, Description = "Most watts while it lasts" };
        var percent = new Option<int?>("--percent") { CustomParser = OptionValue.MaybeWhole, Description = "Most power in percent of what is measured when it begins" };
        var minutes = new Option<double>("--minutes") { CustomParser = OptionValue.Number, Description = "How long it lasts", DefaultValueFactory = _ => 15 };
        var start = new Option<DateTimeOffset?>("--start") { CustomParser = OptionValue.Time, Description = "When it begins, such as 2026-03-01T18:00:00Z; without it now" };
        var reason = new Option<string?>("--reason") { Description = "Why, in one line" };
        var noWait = new Option<bool>("--no-wait") { Description = "Return at once instead of waiting until it is achieved" };
        var off = new Option<string?>("--off") { Description = "Call the curtailment of this ID off, and bring the load back" };
        var command = new Command("curtail", "Lower a site or the portfolio, now or later, and bring it back. Ends with code 0 when it is achieved or waits for its start, 3 when it ended without")
        {
            GatewayClient.Option, site, watts, percent, minutes, start, reason, noWait, off,
        };
        command.SetAction((parsed, cancellation) => GatewayClient.TryAsync(parsed, async gateway =>
        {
            if (parsed.GetValue(off) is { } id)
                return await CallOff.RunAsync(gateway, id, cancellation);
            var request = new CurtailmentRequest(
                parsed.GetValue(site), parsed.GetValue(watts), parsed.GetValue(percent), parsed.GetValue(start),
                (int)Math.Ceiling(parsed.GetValue(minutes) * 60), parsed.GetValue(reason));
            var view = await gateway.PostAsync<CurtailmentView>("curtailments", request, cancellation);
            Show(view);
            Console.WriteLine($"Call it off: fleet curtail --off {view.Id}");
            return parsed.GetValue(noWait) ? 0 : await WatchAsync(gateway, view, beginsNow: request.Start is null, cancellation);
        }));
        return command;
    }

    private static async Task<int> WatchAsync(GatewayClient gateway, CurtailmentView asked, bool beginsNow, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        var view = asked;
        long? toldWatts = null;
        while ((view.State == "Lowering" || (view.State == "Waiting" && beginsNow)) && await timer.WaitForNextTickAsync(cancellation))
        {
            var before = view.State;
            view = await gateway.GetAsync<CurtailmentView>($"curtailments/{view.Id}", cancellation);
            if (view.State != before)
                Show(view);
            if (view.State == "Lowering")
                toldWatts = await ToldWattsAsync(gateway, view.Site, cancellation);
        }
        if (view.State != "Ended" || view.SecondsTaken is not null)
            return 0;
        await Console.Error.WriteLineAsync(
            $"NOT ACHIEVED: it {(view.End < asked.End ? "was called off" : "ended")} before power was at or below {Watts(view.RequestedWatts)}; the lowest measured was {Watts(view.AchievedWatts)}. {WhyNot(toldWatts)}");
        return NotAchieved;
    }

    private static async Task<long> ToldWattsAsync(GatewayClient gateway, string? site, CancellationToken cancellation)
    {
        var sites = await gateway.GetAsync<SiteView[]>("sites", cancellation);
        return sites.Where(one => site is null || one.Id == site).Sum(one => one.WantedWatts);
    }

    private static string WhyNot(long? toldWatts) => toldWatts switch
    {
        null => "The page says of every load why it took what it took.",
        0 => "Every load was told to take nothing: what is left is taken by loads at rest, by what Fleet does not control, or by controllers that are silent; the page shows which. No lower target can be reached without them.",
        { } watts => $"The loads were told {watts:N0} W together when it was looked last; the page says of every load why it took what it took.",
    };

    private static void Show(CurtailmentView view) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{view.Id} {view.State.ToLowerInvariant()}: from {Watts(view.StartWatts)}, requested {Watts(view.RequestedWatts)}, achieved {Watts(view.AchievedWatts)}, {(view.SecondsTaken is { } seconds ? $"{seconds:0.0} s" : "not yet")}; until {view.End:u}"));

    private static string Watts(int? watts) => watts is { } known ? $"{known:N0} W" : "–";
}
