using System.Collections.Generic;
using System.Net;
using Fleet.Drivers;
using Fleet.Virtual.Plant;

namespace Fleet.Virtual.Ports;

/// <summary>
/// A network in memory with plant devices on it: the same bytes as over TCP without the machine's sockets, for clocks so
/// fast that it could not carry the packets.
/// </summary>
public sealed class PlantNetwork : IDialer
{
    private const int FirstPort = 10_000;

    private readonly List<VirtualDevice> _devices = [];

    /// <summary>Puts a device on the network; before the first dial.</summary>
    /// <returns>Where a driver finds it.</returns>
    public IPEndPoint Serve(VirtualDevice device)
    {
        _devices.Add(device);
        return new IPEndPoint(IPAddress.Loopback, FirstPort + _devices.Count - 1);
    }

    /// <inheritdoc/>
    public IByteChannel? Dial(string host, int port, int timeoutMs)
    {
        var index = port - FirstPort;
        if (index < 0 || index >= _devices.Count || _devices[index].Presence is Presence.Refusing || _devices[index].Fault is LineFault.Refused)
            return null;
        return new LineChannel(_devices[index], isSerial: false);
    }
}
