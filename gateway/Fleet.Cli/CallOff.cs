using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Web;

namespace Fleet.Cli;

/// <summary><c>fleet curtail --off</c>: calls a curtailment off and says when the loads that rest may come back.</summary>
internal static class CallOff
{
    /// <summary>How long the plan without the curtailment is waited for; without it nothing is known of the rests.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Calls it off.</summary>
    public static async Task<int> RunAsync(GatewayClient gateway, string id, CancellationToken cancellation)
    {
        var before = await PlanAsync(gateway, cancellation);
        await gateway.DeleteAsync("curtailments/" + Uri.EscapeDataString(id), cancellation);
        Console.WriteLine($"{id} is called off.");
        if (await NextPlanAsync(gateway, before?.MadeAt, cancellation) is { } plan && await RestsAsync(gateway, plan, cancellation) is { Count: > 0 } rests)
            Console.WriteLine($"{rests.Count} loads still rest, their minimum off time is not over: the first may come back at {rests.Min():u}, the last at {rests.Max():u}, where the plan wants them.");
        else
            Console.WriteLine("Loads come back as the plan wants them, each after its minimum off time.");
        return 0;
    }

    private static async Task<PlanView?> NextPlanAsync(GatewayClient gateway, DateTimeOffset? before, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < Patience && await timer.WaitForNextTickAsync(cancellation))
        {
            if (await PlanAsync(gateway, cancellation) is { } plan && plan.MadeAt != before)
                return plan;
        }
        return null;
    }

    // Before the first plan there is none, which is no reason not to call off.
    private static async Task<PlanView?> PlanAsync(GatewayClient gateway, CancellationToken cancellation)
    {
        try
        {
            return await gateway.GetAsync<PlanView>("plan", cancellation);
        }
        catch (GatewayRefusal)
        {
            return null;
        }
    }

    private static async Task<IReadOnlyList<DateTimeOffset>> RestsAsync(GatewayClient gateway, PlanView plan, CancellationToken cancellation)
    {
        var ends = new List<DateTimeOffset>();
        foreach (var site in await gateway.GetAsync<SiteView[]>("sites", cancellation))
        {
            foreach (var load in await gateway.GetAsync<LoadPlanView[]>("plan/" + site.Id, cancellation))
            {
                var slots = load.Reasons.TakeWhile(reason => reason == LoadPlanView.Resting).Count();
                if (slots > 0 && slots < plan.Slots.Count)
                    ends.Add(plan.Slots[slots].Start);
            }
        }
        return ends;
    }
}
