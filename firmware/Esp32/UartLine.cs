using System;
using System.IO.Ports;
using System.Threading;
using Fleet.Drivers;
using Fleet.Hardware;
using nanoFramework.Hardware.Esp32;

namespace Fleet.Esp32;

/// <summary>
/// A serial line of the board, 8 data bits, no parity, one stop bit; opened at its first use and again after a failure.
/// Where the transceiver must be told its direction, the chip does it by itself in its RS-485 mode, through RTS.
/// </summary>
internal sealed class UartLine : IByteChannel
{
    /// <summary>How often bytes are looked for: two characters at 9,600 baud.</summary>
    private const int LookMs = 2;

    private readonly SerialLine _line;
    private readonly int _baud;
    private SerialPort _port;
    private bool _hasComplained;

    public UartLine(SerialLine line, int baud)
    {
        _line = line;
        _baud = baud;
    }

    public int Read(byte[] buffer, int offset, int count, ref int leftMs)
    {
        try
        {
            Open();
            long startMs = Environment.TickCount64;
            int there = _port.BytesToRead;
            while (there == 0 && Environment.TickCount64 - startMs < leftMs)
            {
                Thread.Sleep(LookMs);
                there = _port.BytesToRead;
            }
            leftMs -= (int)(Environment.TickCount64 - startMs);
            return there == 0 ? 0 : _port.Read(buffer, offset, there < count ? there : count);
        }
        catch (Exception failure)
        {
            Complain(failure);
            return -1;
        }
    }

    public bool Write(byte[] buffer, int offset, int count)
    {
        try
        {
            Open();
            _port.Write(buffer, offset, count);
            return true;
        }
        catch (Exception failure)
        {
            Complain(failure);
            return false;
        }
    }

    public void Close()
    {
        SerialPort port = _port;
        _port = null;
        try
        {
            if (port != null)
                port.Dispose();
        }
        catch (Exception)
        {
            // It was never open.
        }
    }

    private void Open()
    {
        if (_port != null)
            return;
        bool isSecond = _line.Port == 2;
        Configuration.SetPinFunction(_line.TxPin, isSecond ? DeviceFunction.COM2_TX : DeviceFunction.COM3_TX);
        Configuration.SetPinFunction(_line.RxPin, isSecond ? DeviceFunction.COM2_RX : DeviceFunction.COM3_RX);
        if (_line.HasDirectionPin)
            Configuration.SetPinFunction(_line.DirectionPin, isSecond ? DeviceFunction.COM2_RTS : DeviceFunction.COM3_RTS);
        SerialPort port = new SerialPort("COM" + _line.Port.ToString(), _baud, Parity.None, 8, StopBits.One);
        if (_line.HasDirectionPin)
            port.Mode = SerialMode.RS485;
        port.Open();
        _port = port;
    }

    private void Complain(Exception failure)
    {
        if (!_hasComplained)
            Log.Failure("serial line " + _line.Name, failure);
        _hasComplained = true;
        Close();
    }
}
