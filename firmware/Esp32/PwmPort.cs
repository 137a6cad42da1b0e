using System;
using System.Device.Pwm;
using Fleet.Drivers;
using Fleet.Hardware;
using nanoFramework.Hardware.Esp32;

namespace Fleet.Esp32;

/// <summary>
/// An output of a settable duty cycle. It is opened by its first order, off; until then the pin floats and its own pull-down
/// keeps it off. One that cannot be opened throws, which the driver takes for silence.
/// </summary>
internal sealed class PwmPort : IAnalogOutput
{
    /// <summary>What modules that make 0–10 V of it take.</summary>
    private const int Hertz = 1000;

    private readonly DimmerOutput _output;
    private PwmChannel _channel;
    private bool _hasComplained;

    public PwmPort(DimmerOutput output)
    {
        _output = output;
    }

    public void Set(int permille)
    {
        Open();
        _channel.DutyCycle = permille / 1000.0;
    }

    private void Open()
    {
        if (_channel != null)
            return;
        try
        {
            Configuration.SetPinFunction(_output.Pin, FunctionOf(_output.Channel));
            PwmChannel channel = PwmChannel.CreateFromPin(_output.Pin, Hertz, 0);
            channel.Start();
            _channel = channel;
        }
        catch (Exception failure)
        {
            if (!_hasComplained)
                Log.Failure("dimmer " + _output.Name, failure);
            _hasComplained = true;
            throw;
        }
    }

    private static DeviceFunction FunctionOf(int channel)
    {
        return channel switch
        {
            1 => DeviceFunction.PWM1,
            2 => DeviceFunction.PWM2,
            3 => DeviceFunction.PWM3,
            _ => DeviceFunction.PWM4,
        };
    }
}
