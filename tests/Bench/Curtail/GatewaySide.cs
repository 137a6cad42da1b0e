using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;

namespace Fleet.Bench.Curtail;

/// <summary>
/// The gateway in a process of its own. An ack counts when its PUBACK is back at the controller: the gateway has
/// then taken it in.
/// </summary>
internal sealed class GatewaySide : Side
{
    private readonly Process _gateway;

    private GatewaySide(Process gateway) => _gateway = gateway;

    public static async Task<GatewaySide> StartAsync(string command, string arguments, int controllers)
    {
        var gateway = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var line = await gateway.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60))
            ?? throw new InvalidOperationException($"{command} {arguments} ended before it printed its port");
        var side = new GatewaySide(gateway);
        await side.ConnectAsync(int.Parse(line, CultureInfo.InvariantCulture), controllers);
        return side;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _gateway.StandardInput.Close();
        await _gateway.WaitForExitAsync();
        _gateway.Dispose();
    }

    protected override async Task CurtailAsync(int controllers)
    {
        await _gateway.StandardInput.WriteLineAsync(controllers.ToString(CultureInfo.InvariantCulture));
        await _gateway.StandardInput.FlushAsync();
    }

    protected override void Acknowledged(int index) => Round?.Acked(index);
}
