namespace Fleet.Drivers;

/// <summary>A stream of bytes to one device: a TCP connection or a serial line. The host implements it.</summary>
public interface IByteChannel
{
    /// <summary>
    /// Reads what is there, waiting for the first byte at most for what is left of the exchange's time, and takes off
    /// what it waited, so that no device holds the exchange longer by trickling. Answers the number of bytes; 0 when
    /// nothing came in time; below 0 when the other side has closed or the line broke.
    /// </summary>
    int Read(byte[] buffer, int offset, int count, ref int leftMs);

    /// <summary>Writes all of it; false when the line broke.</summary>
    bool Write(byte[] buffer, int offset, int count);

    /// <summary>Ends the connection; harmless when it has ended.</summary>
    void Close();
}

/// <summary>Opens TCP connections. The host implements it.</summary>
public interface IDialer
{
    /// <summary>Connects; null when refused, unreachable or not done in time.</summary>
    IByteChannel Dial(string host, int port, int timeoutMs);
}

/// <summary>One digital output with, where wired, its feedback contact. The host implements it.</summary>
public interface IOutputPin
{
    /// <summary>Drives the output.</summary>
    void Set(bool on);

    /// <summary>Whether a feedback contact is wired.</summary>
    bool HasFeedback { get; }

    /// <summary>What the feedback contact says; meaningless without one.</summary>
    bool Feedback { get; }
}

/// <summary>One device on an I2C bus. The host implements it.</summary>
public interface II2cDevice
{
    /// <summary>
    /// Writes, then reads without letting go of the bus; a count of 0 leaves that half out. False when the device did not
    /// acknowledge or the bus is stuck.
    /// </summary>
    bool Exchange(byte[] write, int writeCount, byte[] read, int readCount);
}

/// <summary>One input for a voltage. The host implements it.</summary>
public interface IAnalogInput
{
    /// <summary>Measures; false when the converter failed.</summary>
    bool TryRead(out int millivolts);
}

/// <summary>One output of a settable voltage or duty cycle, which a module outside makes 0–10 V. The host implements it.</summary>
public interface IAnalogOutput
{
    /// <summary>Sets it, in thousandths of its range; 0 is off.</summary>
    void Set(int permille);
}

/// <summary>One input that counts pulses in hardware, so that none is missed between polls. The host implements it.</summary>
public interface IPulseInput
{
    /// <summary>Pulses since boot; false when the counter failed.</summary>
    bool TryRead(out long pulses);
}

/// <summary>A 1-Wire bus. The host implements it.</summary>
public interface IOneWireBus
{
    /// <summary>Resets the bus; false when no device answered with its presence.</summary>
    bool Reset();

    /// <summary>Writes one byte.</summary>
    void Write(byte value);

    /// <summary>Reads one byte; 0xFF when no device drives the bus.</summary>
    byte Read();
}

/// <summary>
/// The parts of a board that drivers reach, by their names in hardware/boards. Each answers null when the board has
/// no such part. The host implements it.
/// </summary>
public interface IPorts
{
    /// <summary>TCP.</summary>
    IDialer Dialer { get; }

    /// <summary>A serial line; opened at its first use. Lines may be shared by several meters of one bus.</summary>
    IByteChannel Serial(string name, int baud);

    /// <summary>A digital output.</summary>
    IOutputPin Output(string name);

    /// <summary>The device at this address, 8 to 119, of an I2C bus.</summary>
    II2cDevice I2c(string name, int address);

    /// <summary>An input for a voltage.</summary>
    IAnalogInput Analog(string name);

    /// <summary>An output of a settable voltage or duty cycle.</summary>
    IAnalogOutput Dimmer(string name);

    /// <summary>An input that counts pulses.</summary>
    IPulseInput Pulses(string name);

    /// <summary>A 1-Wire bus; may be shared by several thermometers.</summary>
    IOneWireBus OneWire(string name);
}
