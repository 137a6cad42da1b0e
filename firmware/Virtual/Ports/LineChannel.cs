using System;
using Fleet.Drivers;
using Fleet.Virtual.Plant;

namespace Fleet.Virtual.Ports;

/// <summary>A connection to a plant device in memory.</summary>
/// <remarks>
/// The device answers within the write or not at all, so nobody is ever waited for: a read that finds nothing takes
/// all of its time off at once. A serial line is always there: what the device closes is open again for the next request.
/// </remarks>
internal sealed class LineChannel(VirtualDevice device, bool isSerial) : IByteChannel
{
    private DeviceLine _line = new(device);
    private bool _isClosed;

    public int Read(byte[] buffer, int offset, int count, ref int leftMs)
    {
        if (_isClosed)
            return -1;
        var read = _line.Read(buffer.AsSpan(offset, count));
        if (read > 0)
        {
            if (_line.IsSlow)
                leftMs -= DeviceHost.SlowByteMs;
            return read;
        }
        leftMs = 0;
        return _line.IsClosed && !isSerial ? -1 : 0;
    }

    public bool Write(byte[] buffer, int offset, int count)
    {
        if (_line.IsClosed && isSerial)
            _line = new DeviceLine(device);
        if (_isClosed || (_line.IsClosed && !isSerial))
            return false;
        _line.Write(buffer.AsSpan(offset, count));
        return true;
    }

    public void Close() => _isClosed = !isSerial;
}
