using System;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>A controller as a bench sees it: it answers each setpoint with an ack at QoS 1.</summary>
internal interface IBenchController : IDisposable
{
    /// <summary>Connects to a broker on this machine and subscribes to its setpoints.</summary>
    Task ConnectAsync(int port);

    /// <summary>Tells the broker that it is still there, if it does not do so by itself.</summary>
    void StayAlive();
}
