using System.Threading;
using nanoFramework.Runtime.Native;

namespace Fleet.Esp32;

/// <summary>Starts the device again. Its outputs let go meanwhile, so that what they switch is off.</summary>
internal sealed class Restart
{
    /// <summary>Time for the last answers to leave.</summary>
    private const int PartingMs = 2000;

    private readonly BootRecord _boot;

    public Restart(BootRecord boot)
    {
        _boot = boot;
    }

    public void Do(RebootReason reason)
    {
        try
        {
            Log.Line("restarting: reason " + ((int)reason).ToString());
            _boot.Note(reason);
            Thread.Sleep(PartingMs);
        }
        finally
        {
            Power.RebootDevice(RebootOption.NormalReboot);
        }
    }
}
