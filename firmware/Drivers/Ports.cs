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
}
