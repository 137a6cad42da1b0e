using System;
using System.Threading;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Hardware;
using Fleet.Wire;
using nanoFramework.Runtime.Native;

namespace Fleet.Esp32;

/// <summary>
/// The device's program. It never waits for the network: the controller ticks and guards its loads from the first
/// second, and the gateway is met when it can be.
/// </summary>
public static class Program
{
    /// <summary>Time to read why the device starts again.</summary>
    private const int PartingMs = 15000;

    /// <summary>Ticks for ever. What only putting together needs is let go before: a local here would be kept.</summary>
    public static void Main()
    {
        AutoResetEvent arrived = new AutoResetEvent(false);
        TickLoop loop = Begin(arrived);
        while (true)
        {
            try
            {
                int restMs = loop.Step();
                if (restMs > 0)
                    arrived.WaitOne(restMs, false);
            }
            catch (Exception)
            {
                // Memory is so short that not even this can be told. The next tick comes all the same.
            }
        }
    }

    private static TickLoop Begin(AutoResetEvent arrived)
    {
        try
        {
            return PutTogether(arrived);
        }
        catch (OutOfMemoryException)
        {
            Log.Line("the heap is too small for these settings: take loads or meters out of them");
            Thread.Sleep(PartingMs);
            Power.RebootDevice(RebootOption.NormalReboot);
            throw;
        }
    }

    private static TickLoop PutTogether(AutoResetEvent arrived)
    {
        Log.Line("Fleet " + Controller.FirmwareVersion + ", " + TickLoop.FreeBytes() + " bytes of heap free");
        Clock clock = new Clock();
        IStore store = Device.NewStore();
        BootRecord boot = new BootRecord(store);
        Log.Line("boot " + boot.BootId.ToString() + ", reason " + ((int)boot.Reason).ToString());

        Settings settings = Load(out Board board, out DriverTable drivers);
        ControllerKeys keys = new ControllerKeys(settings.SecretBytes());
        BrokerLogin login = new BrokerLogin(settings, keys.BrokerPassword, boot.BootId);
        MqttLink link = new MqttLink(login, clock, new Network(board.Network));
        Controller controller = new Controller(settings, drivers.Loads, drivers.Meters, drivers.Thermometers, store, link, boot.BootId);
        controller.NoteReboot(clock.NowMs, (int)boot.Reason);

        Restart restart = new Restart(boot);
        DriverThread.Start(drivers.Drivers, clock);
        link.Bind(controller, arrived);
        return new TickLoop(controller, clock, restart)
        {
            Link = link,
            Device = new Device(board, controller, clock),
            Time = new TimeServer(controller),
            Watchdog = new Watchdog(clock, restart),
        };
    }

    /// <summary>Waits for settings whose board is known and whose drivers can be made.</summary>
    private static Settings Load(out Board board, out DriverTable drivers)
    {
        SettingsSource source = new SettingsSource();
        while (true)
        {
            Settings settings = source.Wait();
            board = Boards.Find(settings.Board);
            drivers = null;
            string reason = "board \"" + settings.Board + "\" is unknown; known are " + Boards.Names();
            if (board != null)
                drivers = DriverTable.Create(settings, Device.PortsOf(board), out reason);
            if (drivers != null)
                return settings;
            source.Refuse(reason);
        }
    }
}
