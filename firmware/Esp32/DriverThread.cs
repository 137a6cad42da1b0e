using System;
using System.Threading;
using Fleet.Drivers;

namespace Fleet.Esp32;

/// <summary>
/// Steps drivers on two lanes, because a thread in an exchange costs three kilobytes. A device that falls silent holds up
/// the others once, for one time-out; from then on, until it answers, its driver is the other lane's. A lane has a thread
/// only while it has drivers.
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
    private DriverThread _other;
    private bool _isRunning;

    private DriverThread(Driver[] drivers, bool[] areSilent, bool isForSilent, Clock clock)
    {
        _drivers = drivers;
        _areSilent = areSilent;
        _isForSilent = isForSilent;
        _clock = clock;
    }

    /// <summary>Starts with every driver on the lane of those that answer.</summary>
    public static void Start(Driver[] drivers, Clock clock)
    {
        bool[] areSilent = new bool[drivers.Length];
        DriverThread answering = new DriverThread(drivers, areSilent, false, clock);
        answering._other = new DriverThread(drivers, areSilent, true, clock) { _other = answering };
        answering.Begin();
    }

    /// <summary>All in one method: each call in the chain to the device's socket costs 200 bytes while it waits.</summary>
    private void Run()
    {
        for (int i = 0; ; i = i < _drivers.Length ? i + 1 : 0)
        {
            try
            {
                if (i == _drivers.Length)
                {
                    Thread.Sleep(RestMs);
                    if (IsDone())
                        return;
                }
                // Only the lane whose driver it is gives it away.
                else if (_areSilent[i] == _isForSilent)
                {
                    _drivers[i].Step(_clock.NowMs);
                    if (_drivers[i].IsSilent != _isForSilent)
                        GiveAway(i);
                }
            }
            catch (Exception)
            {
                // A step throws nothing but that memory is short: the next round tries again.
            }
        }
    }

    /// <summary>Without memory for the other lane's thread the driver stays here: late is better than never.</summary>
    private void GiveAway(int index)
    {
        lock (_areSilent)
        {
            _other.Begin();
            _areSilent[index] = !_isForSilent;
        }
    }

    private void Begin()
    {
        if (_isRunning)
            return;
        new Thread(Run).Start();
        _isRunning = true;
    }

    private bool IsDone()
    {
        lock (_areSilent)
        {
            for (int i = 0; i < _areSilent.Length; i++)
            {
                if (_areSilent[i] == _isForSilent)
                    return false;
            }
            _isRunning = false;
            return true;
        }
    }
}
