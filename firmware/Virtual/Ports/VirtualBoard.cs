using System.Collections.Generic;
using Fleet.Drivers;
using Fleet.Virtual.Plant;

namespace Fleet.Virtual.Ports;

/// <summary>The board of a virtual controller: a network, and what of the plant is wired to its serial lines and outputs.</summary>
public sealed class VirtualBoard(IDialer dialer) : IPorts
{
    private readonly Dictionary<string, IByteChannel> _lines = [];
    private readonly Dictionary<string, IOutputPin> _outputs = [];

    /// <inheritdoc/>
    public IDialer Dialer => dialer;

    /// <summary>Wires meters to a serial line.</summary>
    public VirtualBoard Wire(string serial, ModbusLine line)
    {
        _lines.Add(serial, new LineChannel(line, isSerial: true));
        return this;
    }

    /// <summary>Wires a relay to an output.</summary>
    public VirtualBoard Wire(string output, Relay relay)
    {
        _outputs.Add(output, new RelayPin(relay));
        return this;
    }

    /// <inheritdoc/>
    public IByteChannel? Serial(string name, int baud) => _lines.GetValueOrDefault(name);

    /// <inheritdoc/>
    public IOutputPin? Output(string name) => _outputs.GetValueOrDefault(name);

    /// <inheritdoc/>
    public II2cDevice? I2c(string name, int address) => null;

    /// <inheritdoc/>
    public IAnalogInput? Analog(string name) => null;

    /// <inheritdoc/>
    public IAnalogOutput? Dimmer(string name) => null;

    /// <inheritdoc/>
    public IPulseInput? Pulses(string name) => null;

    /// <inheritdoc/>
    public IOneWireBus? OneWire(string name) => null;

    private sealed class RelayPin(Relay relay) : IOutputPin
    {
        public bool HasFeedback => relay.HasFeedback;

        public bool Feedback => relay.IsClosed;

        public void Set(bool on) => relay.Set(on);
    }
}
