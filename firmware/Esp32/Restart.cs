using System.Threading;
using Fleet.Core;
using Fleet.Wire;
using nanoFramework.Runtime.Native;

namespace Fleet.Esp32;

/// <summary>Starts the device again. Its outputs let go meanwhile, so that what they switch is off.</summary>
internal sealed class Restart
{
    /// <summary>Time for the last answers to leave.</summary>
    private const int PartingMs = 2000;

    private readonly BootRecord _record;
    private readonly Boot _boot;

    public Restart(BootRecord record, Boot boot)
    {
        _record = record;
        _boot = boot;
    }

    /// <summary>Leaves the reason for the next boot; one that nobody asked for counts as a crash after so long a run.</summary>
    public void Do(BootReason reason, long runMs)
    {
        try
        {
            Log.Line("restarting: reason " + ((int)reason).ToString());
            _record.Note(reason);
            if (reason != BootReason.Command && reason != BootReason.Update)
                _boot.NoteCrash(runMs);
            Thread.Sleep(PartingMs);
        }
        finally
        {
            Power.RebootDevice(RebootOption.NormalReboot);
        }
    }
}
