using System;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>A controller as a bench sees it: it answers each setpoint with an ack at QoS 1.</summary>
internal interface IBenchController : IDisposable
{
    /// <summary>Connects to a broker on this machine, subscribes to its setpoints and says hello.</summary>
    Task ConnectAsync(int port, string password);

    /// <summary>Sends telemetry.</summary>
    void Report();
}
