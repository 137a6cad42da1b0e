using System;
using System.Threading;
using Fleet.Drivers;

namespace Fleet.Esp32;

/// <summary>
/// Steps drivers for ever. Every load has a thread of its own, so that a silent one holds up no other's order; all meters
/// share one, since those on one line must take turns anyway.
/// </summary>
internal sealed class DriverThread
{
    /// <summary>Rest between rounds: an order waits this long at most before it is sent.</summary>
    private const int RestMs = 100;

    private readonly Driver[] _drivers;
    private readonly Clock _clock;

    private DriverThread(Driver[] drivers, Clock clock)
    {
        _drivers = drivers;
        _clock = clock;
    }

    /// <summary>Starts all threads.</summary>
    public static void StartAll(DriverTable table, Clock clock)
    {
        int loads = table.Loads.Length;
        for (int i = 0; i < loads; i++)
            Start(new Driver[] { table.Drivers[i] }, clock);
        if (table.Meters.Length == 0)
            return;
        Driver[] meters = new Driver[table.Meters.Length];
        Array.Copy(table.Drivers, loads, meters, 0, meters.Length);
        Start(meters, clock);
    }

    private static void Start(Driver[] drivers, Clock clock)
    {
        new Thread(new DriverThread(drivers, clock).Run).Start();
    }

    private void Run()
    {
        while (true)
        {
            for (int i = 0; i < _drivers.Length; i++)
                Step(_drivers[i]);
            Thread.Sleep(RestMs);
        }
    }

    private void Step(Driver driver)
    {
        try
        {
            driver.Step(_clock.NowMs);
        }
        catch (Exception failure)
        {
            Log.Failure(driver.Name, failure);
        }
    }
}
