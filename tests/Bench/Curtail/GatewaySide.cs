using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// The gateway in a process of its own. An ack counts when its PUBACK is back at the controller: the gateway has
/// then taken it in.
/// </summary>
internal sealed class GatewaySide : Side
{
    private GatewaySide(Process gateway, bool mqttnetClients)
        : base(gateway, mqttnetClients)
    {
    }

    /// <summary>Starts this program again as the gateway: <see cref="BenchGateway"/>.</summary>
    public static async Task<GatewaySide> StartAsync(int controllers, bool mqttnetClients)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Fleet.Bench");
        var gateway = Process.Start(new ProcessStartInfo(program, ["curtail-gateway"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var line = await gateway.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))
            ?? throw new InvalidOperationException($"{program} ended before it printed its port");
        var side = new GatewaySide(gateway, mqttnetClients);
        await side.ConnectAsync(int.Parse(line, CultureInfo.InvariantCulture), controllers);
        return side;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Broker.StandardInput.Close();
        await Broker.WaitForExitAsync();
        Broker.Dispose();
    }

    protected override async Task CurtailAsync(int controllers)
    {
        await Broker.StandardInput.WriteLineAsync(controllers.ToString(CultureInfo.InvariantCulture));
        await Broker.StandardInput.FlushAsync();
    }

    protected override void Acknowledged(int index) => Round?.Acked(index);
}
