using System;
using System.Device.I2c;
using Fleet.Drivers;
using Fleet.Hardware;
using nanoFramework.Hardware.Esp32;

namespace Fleet.Esp32;

/// <summary>One device on an I2C bus of the board, at 100 kHz: its wires may be a metre long. Opened at its first use.</summary>
internal sealed class I2cPort : II2cDevice
{
    private readonly I2cBus _bus;
    private readonly int _address;
    private I2cDevice _device;
    private bool _hasComplained;

    public I2cPort(I2cBus bus, int address)
    {
        _bus = bus;
        _address = address;
    }

    public bool Exchange(byte[] write, int writeCount, byte[] read, int readCount)
    {
        try
        {
            Open();
            SpanByte sent = new SpanByte(write, 0, writeCount);
            SpanByte received = new SpanByte(read, 0, readCount);
            I2cTransferResult result = readCount == 0 ? _device.Write(sent) : writeCount == 0 ? _device.Read(received) : _device.WriteRead(sent, received);
            return result.Status == I2cTransferStatus.FullTransfer;
        }
        catch (Exception failure)
        {
            if (!_hasComplained)
                Log.Failure("I2C bus " + _bus.Name + ", address " + _address.ToString(), failure);
            _hasComplained = true;
            return false;
        }
    }

    private void Open()
    {
        if (_device != null)
            return;
        bool isFirst = _bus.Bus == 1;
        Configuration.SetPinFunction(_bus.DataPin, isFirst ? DeviceFunction.I2C1_DATA : DeviceFunction.I2C2_DATA);
        Configuration.SetPinFunction(_bus.ClockPin, isFirst ? DeviceFunction.I2C1_CLOCK : DeviceFunction.I2C2_CLOCK);
        _device = new I2cDevice(new I2cConnectionSettings(_bus.Bus, _address, I2cBusSpeed.StandardMode));
    }
}
