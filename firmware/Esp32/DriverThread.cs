using System;
using System.Threading;
using Fleet.Drivers;

namespace Fleet.Esp32;

/// <summary>
/// Steps drivers for ever, on two threads, because a thread in an exchange costs three kilobytes. A device that falls
/// silent holds up the others once, for one time-out; from then on, until it answers, its driver is the other thread's.
/// <code>
///            ┌──► all that answer ──┐
/// drivers ───┤                      ├──► after each step, by its outcome
///            └──► the silent ───────┘
/// </code>
/// </summary>
internal sealed class DriverThread
{
    /// <summary>Rest between rounds: an order waits this long, and for the exchanges of the others, before it is sent.</summary>
    private const int RestMs = 100;

    private readonly Driver[] _drivers;
    private readonly bool[] _areSilent;
    private readonly bool _isForSilent;
    private readonly Clock _clock;

    private DriverThread(Driver[] drivers, bool[] areSilent, bool isForSilent, Clock clock)
    {
        _drivers = drivers;
        _areSilent = areSilent;
        _isForSilent = isForSilent;
        _clock = clock;
    }

    /// <summary>Starts both threads.</summary>
    public static void StartAll(Driver[] drivers, Clock clock)
    {
        bool[] areSilent = new bool[drivers.Length];
        new Thread(new DriverThread(drivers, areSilent, false, clock).Run).Start();
        new Thread(new DriverThread(drivers, areSilent, true, clock).Run).Start();
    }

    private void Run()
    {
        while (true)
        {
            for (int i = 0; i < _drivers.Length; i++)
            {
                // Only the thread whose driver it is writes the place, and gives the driver away by writing it.
                if (_areSilent[i] != _isForSilent)
                    continue;
                Step(_drivers[i]);
                _areSilent[i] = _drivers[i].IsSilent;
            }
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
