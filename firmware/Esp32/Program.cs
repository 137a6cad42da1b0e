using System;
using System.Threading;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Hardware;
using Fleet.Wire;

namespace Fleet.Esp32;

/// <summary>
/// The device's program. It never waits for the network: the controller ticks and guards its loads from the first
/// second, and the gateway is met when it can be.
/// </summary>
public static class Program
{
    /// <summary>Time to read why the device starts again.</summary>
    private const int PartingMs = 15000;

    /// <summary>The flashed image: chooses which runs, and is the one itself when no other is chosen or can be loaded.</summary>
    public static void Main()
    {
        Tick(Choose());
    }

    private static TickLoop Choose()
    {
        IStore store = Device.NewStore();
        IImageSlots images = Device.NewImages();
        byte[] random = new byte[BootRecord.RandomBytes];
        new Random().NextBytes(random);
        BootRecord record = new BootRecord(store, random);
        Boot boot = new Boot(store, images, Controller.FirmwareVersion);
        // No last words, and yet the power was there: it ended as nothing of the program can tell.
        if (record.Reason == BootReason.Unknown && Device.IsWarm)
            boot.NoteCrash(0);
        for (int slot = boot.Images.Choose(); slot != ImageChoice.Flashed; slot = boot.Images.Fail())
            StoredImage.Run(images, slot, boot.Images.LengthOf(slot), new object[] { slot, record.BootId, (int)record.Reason });
        return Begin(store, images, record, boot);
    }

    /// <summary>An image from storage, in the slot and the boot that the flashed one names.</summary>
    public static void Start(int slot, long bootId, int reason)
    {
        IStore store = Device.NewStore();
        IImageSlots images = Device.NewImages();
        Boot boot = new Boot(store, images, Controller.FirmwareVersion);
        boot.Images.TakeUp(slot);
        Tick(Begin(store, images, new BootRecord(store, bootId, (BootReason)reason), boot));
    }

    /// <summary>Ticks for ever. What only putting together needs is let go before: a local here, or in who calls it, would be kept.</summary>
    private static void Tick(TickLoop loop)
    {
        while (true)
        {
            try
            {
                int restMs = loop.Step();
                if (restMs > 0)
                    loop.Arrived.WaitOne(restMs, false);
            }
            catch (Exception)
            {
                // Memory is so short that not even this can be told. The next tick comes all the same.
            }
        }
    }

    private static TickLoop Begin(IStore store, IImageSlots images, BootRecord record, Boot boot)
    {
        Clock clock = new Clock();
        Restart restart = new Restart(record, boot);
        try
        {
            return PutTogether(store, images, record, boot, clock, restart);
        }
        catch (OutOfMemoryException)
        {
            Log.Line("the heap is too small for these settings: take loads or meters out of them");
            Thread.Sleep(PartingMs);
            restart.Do(BootReason.MemoryShort, clock.NowMs);
            throw;
        }
        catch (Exception failure)
        {
            // Threads may run already: nothing else is begun beside them.
            Log.Failure("start", failure);
            Thread.Sleep(PartingMs);
            restart.Do(BootReason.TicksThrew, clock.NowMs);
            throw;
        }
    }

    private static TickLoop PutTogether(IStore store, IImageSlots images, BootRecord record, Boot boot, Clock clock, Restart restart)
    {
        Log.Line("Fleet " + boot.Version + ", " + DeviceVitals.FreeBytes().ToString() + " bytes of heap free");
        Log.Line("boot " + record.BootId.ToString() + ", reason " + ((int)record.Reason).ToString() + ", image " + boot.Images.Running.ToString());
        // A new image that never gets as far as ticking must not wait here for a person.
        Watchdog watchdog = boot.Images.IsOnTrial ? new Watchdog(clock, restart) : null;

        Settings settings = Load(out Board board, out DriverTable drivers);
        Device.Judge(images, board);
        ControllerKeys keys = new ControllerKeys(settings.SecretBytes());
        BrokerLogin login = new BrokerLogin(settings, keys.BrokerPassword, record.BootId);
        MqttLink link = new MqttLink(login, clock, new Network(board.Network));
        DeviceVitals vitals = new DeviceVitals();
        Controller controller = new Controller(settings, drivers.Loads, drivers.Meters, drivers.Thermometers, store, link, record.BootId, boot)
        {
            Vitals = vitals,
        };
        settings.ForgetSecret();
        controller.NoteReboot(clock.NowMs, (int)record.Reason);

        AutoResetEvent arrived = new AutoResetEvent(false);
        DriverThread.Start(drivers.Drivers, clock);
        link.Bind(controller, arrived);
        return new TickLoop(controller, clock, restart)
        {
            Arrived = arrived,
            Link = link,
            Vitals = vitals,
            Device = new Device(board, controller, clock),
            Time = new TimeServer(controller),
            Watchdog = watchdog ?? new Watchdog(clock, restart),
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
