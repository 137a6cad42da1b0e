using Fleet.Drivers;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>The parts of one board, found by their names. Making one touches no hardware; using it does.</summary>
internal sealed class BoardPorts : IPorts
{
    private readonly Board _board;
    private OneWirePort _oneWire;

    public BoardPorts(Board board)
    {
        _board = board;
    }

    public IDialer Dialer { get; } = new SocketDialer();

    public IByteChannel Serial(string name, int baud)
    {
        for (int i = 0; i < _board.SerialLines.Length; i++)
        {
            if (_board.SerialLines[i].Name == name)
                return new UartLine(_board.SerialLines[i], baud);
        }
        return null;
    }

    public IOutputPin Output(string name)
    {
        for (int i = 0; i < _board.Outputs.Length; i++)
        {
            if (_board.Outputs[i].Name == name)
                return new GpioOutput(_board.Outputs[i]);
        }
        return null;
    }

    public II2cDevice I2c(string name, int address)
    {
        for (int i = 0; i < _board.I2cBuses.Length; i++)
        {
            if (_board.I2cBuses[i].Name == name)
                return new I2cPort(_board.I2cBuses[i], address);
        }
        return null;
    }

    public IAnalogInput Analog(string name)
    {
        for (int i = 0; i < _board.AdcInputs.Length; i++)
        {
            if (_board.AdcInputs[i].Name == name)
                return new AdcPort(_board.AdcInputs[i], _board);
        }
        return null;
    }

    public IAnalogOutput Dimmer(string name)
    {
        for (int i = 0; i < _board.Dimmers.Length; i++)
        {
            if (_board.Dimmers[i].Name == name)
                return new PwmPort(_board.Dimmers[i]);
        }
        return null;
    }

    public IPulseInput Pulses(string name)
    {
        for (int i = 0; i < _board.PulseInputs.Length; i++)
        {
            if (_board.PulseInputs[i].Name == name)
                return new PulsePort(_board.PulseInputs[i]);
        }
        return null;
    }

    public IOneWireBus OneWire(string name)
    {
        if (_board.OneWire == null || _board.OneWire.Name != name)
            return null;
        // All thermometers share the one bus and its turns.
        if (_oneWire == null)
            _oneWire = new OneWirePort(_board.OneWire);
        return _oneWire;
    }
}
