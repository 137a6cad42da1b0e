namespace Fleet.Drivers;

/// <summary>
/// A Modbus RTU line with one or more meters, as its master: one request, one answer, never two at once.
/// <code>
/// request   address 04 register(2) count(2) crc(2)         8 bytes, CRC low byte first
/// answer    address 04 bytes(1) value(2 or 4) crc(2)       7 or 9 bytes
/// refusal   address 84 exception crc(2)                    5 bytes
/// </code>
/// An answer is looked for at every place of what arrives, so that echo of the request, a late answer of another meter
/// and noise are passed over. Before a request the line is read empty, which is also the silence between frames.
/// The line is a serial one, or TCP to a bridge that passes the same frames on.
/// </summary>
public sealed class ModbusBus
{
    /// <summary>Longest wait for an answer: a meter's own delay of up to 0.1 s and 17 characters at 2,400 baud, doubled.</summary>
    public const int AnswerMs = 400;

    /// <summary>Silence between frames: 3.5 characters are 16 ms at 2,400 baud (Modbus over serial line V1.02, 2.5.1.1).</summary>
    public const int SilenceMs = 20;

    /// <summary>Most bytes taken for one answer: an echo, an answer and some noise.</summary>
    private const int BufferBytes = 64;

    /// <summary>Most pieces read to empty the line; one that never falls silent is broken.</summary>
    private const int DrainReads = 8;

    private const byte ReadInputRegisters = 4;
    private const byte RefusalBit = 0x80;
    private const int RequestBytes = 8;
    private const int RefusalBytes = 5;

    /// <summary>Bytes of an answer around its value.</summary>
    private const int FrameBytes = 5;

    private readonly object _lock = new object();
    private readonly IDialer _dialer;
    private readonly string _host;
    private readonly int _port;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private IByteChannel _channel;

    /// <summary>The master of a serial line.</summary>
    public ModbusBus(IByteChannel channel)
    {
        _channel = channel;
    }

    /// <summary>The master of the line behind a bridge, dialled when it is needed.</summary>
    public ModbusBus(IDialer dialer, string host, int port)
    {
        _dialer = dialer;
        _host = host;
        _port = port;
    }

    /// <summary>
    /// Reads the input register from here on, or two as one value of 32 bits, the first word high.
    /// <see cref="Outcome.Continues"/> is never answered; a refusal by the meter is <see cref="Outcome.Complete"/> without a value.
    /// </summary>
    public Outcome Read(byte address, int register, int count, out bool hasValue, out uint value)
    {
        lock (_lock)
        {
            hasValue = false;
            value = 0;
            // A bridge may have hung up since.
            bool isReady = _channel != null && Drain();
            if (!isReady && _dialer != null)
            {
                HangUp();
                _channel = _dialer.Dial(_host, _port, TcpExchange.ConnectMs);
                isReady = _channel != null && Drain();
            }
            Outcome outcome = isReady && Ask(address, register, count) ? Receive(address, 2 * count, out hasValue, out value) : Outcome.Silent;
            // One that has said nothing may be gone: the next request finds out by dialling.
            if (outcome == Outcome.Silent && _dialer != null)
                HangUp();
            return outcome;
        }
    }

    /// <summary>CRC-16 of Modbus: polynomial 0xA001 reflected, start 0xFFFF.</summary>
    public static int Crc(byte[] bytes, int offset, int count)
    {
        int crc = 0xFFFF;
        for (int i = offset; i < offset + count; i++)
        {
            crc ^= bytes[i];
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA001 : crc >> 1;
        }
        return crc;
    }

    private void HangUp()
    {
        if (_channel != null)
            _channel.Close();
        _channel = null;
    }

    private bool Drain()
    {
        for (int i = 0; i < DrainReads; i++)
        {
            int leftMs = SilenceMs;
            int count = _channel.Read(_buffer, 0, BufferBytes, ref leftMs);
            if (count == 0)
                return true;
            if (count < 0)
                return false;
        }
        return false;
    }

    private bool Ask(byte address, int register, int count)
    {
        _buffer[0] = address;
        _buffer[1] = ReadInputRegisters;
        _buffer[2] = (byte)(register >> 8);
        _buffer[3] = (byte)register;
        _buffer[4] = 0;
        _buffer[5] = (byte)count;
        int crc = Crc(_buffer, 0, RequestBytes - 2);
        _buffer[6] = (byte)crc;
        _buffer[7] = (byte)(crc >> 8);
        return _channel.Write(_buffer, 0, RequestBytes);
    }

    private Outcome Receive(byte address, int bytes, out bool hasValue, out uint value)
    {
        hasValue = false;
        value = 0;
        int length = 0;
        int leftMs = AnswerMs;
        while (length < BufferBytes && leftMs > 0)
        {
            int count = _channel.Read(_buffer, length, BufferBytes - length, ref leftMs);
            if (count <= 0)
                return Outcome.Silent;
            length += count;
            for (int at = 0; at + RefusalBytes <= length; at++)
            {
                if (IsRefusal(at, address))
                    return Outcome.Complete;
                hasValue = at + FrameBytes + bytes <= length && IsAnswer(at, address, bytes);
                if (!hasValue)
                    continue;
                value = BigEndian(at + 3, bytes);
                return Outcome.Complete;
            }
        }
        return Outcome.Silent;
    }

    private bool IsAnswer(int at, byte address, int bytes)
    {
        return _buffer[at] == address && _buffer[at + 1] == ReadInputRegisters && _buffer[at + 2] == bytes
            && HasCrc(at, FrameBytes + bytes);
    }

    private bool IsRefusal(int at, byte address)
    {
        return _buffer[at] == address && _buffer[at + 1] == (ReadInputRegisters | RefusalBit) && HasCrc(at, RefusalBytes);
    }

    private bool HasCrc(int at, int length)
    {
        int crc = Crc(_buffer, at, length - 2);
        return _buffer[at + length - 2] == (byte)crc && _buffer[at + length - 1] == (byte)(crc >> 8);
    }

    private uint BigEndian(int at, int bytes)
    {
        uint value = 0;
        for (int i = at; i < at + bytes; i++)
            value = (value << 8) | _buffer[i];
        return value;
    }
}
