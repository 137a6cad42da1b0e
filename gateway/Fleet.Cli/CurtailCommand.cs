using System;
using System.CommandLine;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Web;

namespace Fleet.Cli;

/// <summary><c>fleet curtail</c>: lowers a site or the portfolio, and shows what was reached and how fast.</summary>
internal static class CurtailCommand
{
    public static Command Create()
    {
        var site = new Option<string?>("--site") { Description = "The site; without it the whole portfolio" };
        var watts = new Option<int?>("--watts") { Description = "Most watts while it lasts" };
        var percent = new Option<int?>("--percent") { Description = "Most power in percent of what is measured when it begins" };
        var minutes = new Option<double>("--minutes") { Description = "How long it lasts", DefaultValueFactory = _ => 15 };
        var start = new Option<DateTimeOffset?>("--start") { Description = "When it begins, such as 2026-03-01T18:00:00Z; without it now" };
        var reason = new Option<string?>("--reason") { Description = "Why, in one line" };
        var noWait = new Option<bool>("--no-wait") { Description = "Return at once instead of waiting until it is achieved" };
        var command = new Command("curtail", "Lower a site or the portfolio, now or later, and bring it back")
        {
            GatewayClient.Option, site, watts, percent, minutes, start, reason, noWait,
        };
        command.SetAction((parsed, cancellation) => GatewayClient.TryAsync(parsed, async gateway =>
        {
            var request = new CurtailmentRequest(
                parsed.GetValue(site), parsed.GetValue(watts), parsed.GetValue(percent), parsed.GetValue(start),
                (int)Math.Ceiling(parsed.GetValue(minutes) * 60), parsed.GetValue(reason));
            var view = await gateway.PostAsync<CurtailmentView>("curtailments", request, cancellation);
            Show(view);
            if (!parsed.GetValue(noWait))
                await WatchAsync(gateway, view, cancellation);
            return 0;
        }));
        return command;
    }

    private static async Task WatchAsync(GatewayClient gateway, CurtailmentView view, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        while (view.State == "Lowering" && await timer.WaitForNextTickAsync(cancellation))
        {
            view = await gateway.GetAsync<CurtailmentView>($"curtailments/{view.Id}", cancellation);
            if (view.State != "Lowering")
                Show(view);
        }
    }

    private static void Show(CurtailmentView view) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{view.Id} {view.State.ToLowerInvariant()}: from {Watts(view.StartWatts)}, requested {Watts(view.RequestedWatts)}, achieved {Watts(view.AchievedWatts)}, {(view.SecondsTaken is { } seconds ? $"{seconds:0.0} s" : "not yet")}; until {view.End:u}"));

    private static string Watts(int? watts) => watts is { } known ? $"{known:N0} W" : "–";
}
