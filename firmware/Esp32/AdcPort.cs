using System;
using System.Device.Adc;
using Fleet.Drivers;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>
/// An input for a voltage. The framework gives the converter's raw steps, not the chip's calibration, so millivolts are those
/// of a typical chip. Either end of the range may be any voltage beyond, and is told as none and as the whole supply.
/// </summary>
internal sealed class AdcPort : IAnalogInput
{
    private const int LastStep = 4095;
    private const int SupplyMillivolts = 3300;

    private readonly AdcInput _input;
    private readonly Board _board;
    private AdcChannel _channel;
    private bool _hasComplained;

    public AdcPort(AdcInput input, Board board)
    {
        _input = input;
        _board = board;
    }

    public bool TryRead(out int millivolts)
    {
        millivolts = 0;
        try
        {
            if (_channel == null)
                _channel = new AdcController().OpenChannel(_input.Channel);
            int step = _channel.ReadValue();
            millivolts = step >= LastStep ? SupplyMillivolts
                : step <= 0 ? 0
                : _board.AdcOffsetMillivolts + step * _board.AdcStepMicrovolts / 1000;
            return true;
        }
        catch (Exception failure)
        {
            if (!_hasComplained)
                Log.Failure("input " + _input.Name, failure);
            _hasComplained = true;
            return false;
        }
    }
}
