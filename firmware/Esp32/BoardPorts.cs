using Fleet.Drivers;
using Fleet.Hardware;

namespace Fleet.Esp32;

/// <summary>The parts of one board, found by their names. Making one touches no hardware; using it does.</summary>
internal sealed class BoardPorts : IPorts
{
    private readonly Board _board;

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
