using System;
using System.Collections.Generic;
using Fleet.Drivers;
using Fleet.Virtual.Plant;

namespace Fleet.Virtual.Ports;

/// <summary>The board of a virtual controller: a network, and what of the plant is wired to its lines, buses, inputs and outputs.</summary>
public sealed class VirtualBoard(IDialer dialer) : IPorts
{
    private readonly Dictionary<string, IByteChannel> _lines = [];
    private readonly Dictionary<string, object> _parts = [];

    /// <inheritdoc/>
    public IDialer Dialer => dialer;

    /// <summary>Wires meters, or one load, to a serial line.</summary>
    public VirtualBoard Wire(string serial, VirtualDevice device)
    {
        _lines.Add(serial, new LineChannel(device, isSerial: true));
        return this;
    }

    /// <summary>Wires a relay to an output.</summary>
    public VirtualBoard Wire(string output, Relay relay) => Add(output, new RelayPin(relay));

    /// <summary>Wires a dimmer to an output of a settable voltage.</summary>
    public VirtualBoard Wire(string output, Dimmer dimmer) => Add(output, new DimmerPin(dimmer));

    /// <summary>Wires a chip to an I2C bus, at an address of its own.</summary>
    public VirtualBoard Wire(string bus, int address, InaChip chip) => Add(bus + address, new ChipPort(chip));

    /// <summary>Wires a meter to an input that counts pulses.</summary>
    public VirtualBoard Wire(string input, PulseOutput meter) => Add(input, new PulsePin(meter));

    /// <summary>Wires a thermistor to an input for a voltage.</summary>
    public VirtualBoard Wire(string input, NtcDivider divider) => Add(input, new DividerPin(divider));

    /// <summary>Wires a 1-Wire bus with its thermometers.</summary>
    public VirtualBoard Wire(string bus, OneWireLine line) => Add(bus, new LinePins(line));

    /// <inheritdoc/>
    public IByteChannel? Serial(string name, int baud) => _lines.GetValueOrDefault(name);

    /// <inheritdoc/>
    public IOutputPin? Output(string name) => _parts.GetValueOrDefault(name) as IOutputPin;

    /// <inheritdoc/>
    public II2cDevice? I2c(string name, int address) => _parts.GetValueOrDefault(name + address) as II2cDevice;

    /// <inheritdoc/>
    public IAnalogInput? Analog(string name) => _parts.GetValueOrDefault(name) as IAnalogInput;

    /// <inheritdoc/>
    public IAnalogOutput? Dimmer(string name) => _parts.GetValueOrDefault(name) as IAnalogOutput;

    /// <inheritdoc/>
    public IPulseInput? Pulses(string name) => _parts.GetValueOrDefault(name) as IPulseInput;

    /// <inheritdoc/>
    public IOneWireBus? OneWire(string name) => _parts.GetValueOrDefault(name) as IOneWireBus;

    private VirtualBoard Add(string name, object part)
    {
        _parts.Add(name, part);
        return this;
    }

    private sealed class RelayPin(Relay relay) : IOutputPin
    {
        public bool HasFeedback => relay.HasFeedback;

        public bool Feedback => relay.IsClosed;

        public void Set(bool on) => relay.Set(on);
    }

    private sealed class DimmerPin(Dimmer dimmer) : IAnalogOutput
    {
        public void Set(int permille) => dimmer.Set(permille);
    }

    private sealed class ChipPort(InaChip chip) : II2cDevice
    {
        public bool Exchange(byte[] write, int writeCount, byte[] read, int readCount) =>
            chip.Exchange(write.AsSpan(0, writeCount), read.AsSpan(0, readCount));
    }

    private sealed class PulsePin(PulseOutput meter) : IPulseInput
    {
        public bool TryRead(out long pulses)
        {
            pulses = meter.Pulses;
            return true;
        }
    }

    private sealed class DividerPin(NtcDivider divider) : IAnalogInput
    {
        public bool TryRead(out int millivolts)
        {
            millivolts = divider.Millivolts;
            return true;
        }
    }

    private sealed class LinePins(OneWireLine line) : IOneWireBus
    {
        public bool Reset() => line.Reset();

        public void Write(byte value) => line.Write(value);

        public byte Read() => line.Read();
    }
}
