using System;
using System.Device.Gpio;
using Fleet.Drivers;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>An input whose pulses the chip counts by itself: falling edges, a contact that closes to ground. Opened at its first use.</summary>
internal sealed class PulsePort : IPulseInput
{
    /// <summary>Shorter than this many of the chip's 80 MHz is noise: the longest filter it has.</summary>
    private const ushort NoiseTicks = 1000;

    private readonly PulseInput _input;
    private GpioPulseCounter _counter;
    private bool _hasComplained;

    public PulsePort(PulseInput input)
    {
        _input = input;
    }

    public bool TryRead(out long pulses)
    {
        pulses = 0;
        try
        {
            Open();
            pulses = _counter.Read().Count;
            return true;
        }
        catch (Exception failure)
        {
            if (!_hasComplained)
                Log.Failure("pulse input " + _input.Name, failure);
            _hasComplained = true;
            return false;
        }
    }

    private void Open()
    {
        if (_counter != null)
            return;
        GpioPulseCounter counter = new GpioPulseCounter(_input.Pin);
        counter.Polarity = GpioPulsePolarity.Falling;
        counter.FilterPulses = NoiseTicks;
        counter.Start();
        _counter = counter;
    }
}
