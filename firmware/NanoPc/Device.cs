using Fleet.Core;
using Fleet.Drivers;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>
/// What the program needs of the machine it runs on: here the interpreter of a PC, which has a network and nothing else.
/// Settings are those in the image, nothing is kept from boot to boot, loads and meters are on the network, and the PC's
/// clock is right. For a board there is another class of this name, in <c>firmware/Esp32</c>.
/// </summary>
internal sealed class Device
{
    public Device(Board board, Controller controller, Clock clock)
    {
    }

    /// <summary>A store that keeps nothing.</summary>
    public static IStore NewStore()
    {
        return new NoStore();
    }

    /// <summary>Never: the PC's clock is always set.</summary>
    public static bool IsWarm
    {
        get { return false; }
    }

    /// <summary>Null: there is no storage.</summary>
    public static IImageSlots NewImages()
    {
        return null;
    }

    /// <summary>Nothing to say: there are no images from storage.</summary>
    public static void Judge(IImageSlots images, Board board)
    {
    }

    /// <summary>The network alone.</summary>
    public static IPorts PortsOf(Board board)
    {
        return new NetworkPorts();
    }

    /// <summary>There is no settings file: null, and a problem that says so.</summary>
    public static byte[] ReadSettings(string path, out string problem)
    {
        problem = "no storage here, and no settings in the image (BuiltInSettings.cs)";
        return null;
    }

    /// <summary>Never: the PC has more than it can tell.</summary>
    public static bool TryLargestFree(out int bytes)
    {
        bytes = 0;
        return false;
    }

    /// <summary>No watchdog.</summary>
    public void Feed()
    {
    }

    /// <summary>Nothing to show, nothing to press.</summary>
    public void Step(long nowMs, bool isOnline)
    {
    }

    /// <summary>Nothing to blink: the console says it.</summary>
    public void Identify()
    {
    }

    private sealed class NoStore : IStore
    {
        public bool TryRead(string name, byte[] buffer, out int length)
        {
            length = 0;
            return false;
        }

        public bool TryWrite(string name, byte[] buffer, int length)
        {
            return false;
        }
    }

    private sealed class NetworkPorts : IPorts
    {
        public IDialer Dialer { get; } = new SocketDialer();

        public IByteChannel Serial(string name, int baud)
        {
            return null;
        }

        public IOutputPin Output(string name)
        {
            return null;
        }

        public II2cDevice I2c(string name, int address)
        {
            return null;
        }

        public IAnalogInput Analog(string name)
        {
            return null;
        }

        public IAnalogOutput Dimmer(string name)
        {
            return null;
        }

        public IPulseInput Pulses(string name)
        {
            return null;
        }

        public IOneWireBus OneWire(string name)
        {
            return null;
        }
    }
}
