using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;

namespace Fleet.Bench.Tick;

/// <summary>
/// One tick in the steady state: of a controller with four loads and a meter, and of a site with 1,000 controllers. Time
/// is the median over minutes of ticks, so that what happens every few seconds (telemetry, heartbeats) is in it; bytes
/// are the mean over all ticks.
/// </summary>
internal static class TickBench
{
    private const int TicksInMinute = 60;

    public static Task<int> RunAsync(string[] arguments)
    {
        Console.WriteLine("tick          median us   worst minute us   bytes");
        var controller = new SteadyController();
        var ofController = Measure("controller", controller.Prepare, controller.Tick, warmUpMinutes: 60, minutes: 400);
        controller.Check();
        var site = new SteadySite();
        var ofSite = Measure("site of 1000", site.Prepare, site.Tick, warmUpMinutes: 10, minutes: 20);
        site.Check();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"tick controller_us={ofController.Microseconds:F2} controller_bytes={ofController.Bytes:F1} site_us={ofSite.Microseconds:F1} site_bytes={ofSite.Bytes:F0}"));
        return Task.FromResult(0);
    }

    // What the world does between two ticks is not measured.
    private static (double Microseconds, double Bytes) Measure(string name, Action prepare, Action tick, int warmUpMinutes, int minutes)
    {
        List<double> microseconds = [];
        long bytes = 0;
        for (var minute = -warmUpMinutes; minute < minutes; minute++)
        {
            long elapsed = 0;
            for (var i = 0; i < TicksInMinute; i++)
            {
                prepare();
                var bytesBefore = GC.GetAllocatedBytesForCurrentThread();
                var start = TimeProvider.System.GetTimestamp();
                tick();
                elapsed += TimeProvider.System.GetTimestamp() - start;
                bytes += minute < 0 ? 0 : GC.GetAllocatedBytesForCurrentThread() - bytesBefore;
            }
            if (minute >= 0)
                microseconds.Add(elapsed * 1e6 / TimeProvider.System.TimestampFrequency / TicksInMinute);
        }
        microseconds.Sort();
        var result = (Microseconds: microseconds[microseconds.Count / 2], Bytes: (double)bytes / minutes / TicksInMinute);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-12} {result.Microseconds,10:F2} {microseconds[^1],17:F2} {result.Bytes,7:F1}"));
        return result;
    }
}
