using Fleet.Drivers;
using Fleet.Hardware;
using nanoFramework.Device.OneWire;
using nanoFramework.Hardware.Esp32;

namespace Fleet.Esp32;

/// <summary>
/// The board's 1-Wire bus, which the framework drives by the chip's third serial port. Opened at its first use; one that
/// cannot be opened throws, which the driver takes for silence.
/// </summary>
internal sealed class OneWirePort : IOneWireBus
{
    private readonly OneWirePins _pins;
    private OneWireHost _host;

    public OneWirePort(OneWirePins pins)
    {
        _pins = pins;
    }

    public bool Reset()
    {
        if (_host == null)
        {
            Configuration.SetPinFunction(_pins.RxPin, DeviceFunction.COM3_RX);
            Configuration.SetPinFunction(_pins.TxPin, DeviceFunction.COM3_TX);
            _host = new OneWireHost();
        }
        return _host.TouchReset();
    }

    public void Write(byte value)
    {
        _host.WriteByte(value);
    }

    public byte Read()
    {
        return _host.ReadByte();
    }
}
