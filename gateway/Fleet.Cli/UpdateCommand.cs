using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Gateway.Web;

namespace Fleet.Cli;

/// <summary><c>fleet update</c>: gives a controller new firmware and shows how far it is.</summary>
internal static class UpdateCommand
{
    /// <summary>Exit code when the controller runs what it ran before.</summary>
    private const int NotUpdated = 3;

    /// <summary>Exit code when nobody knows what the controller runs.</summary>
    private const int Unknown = 4;

    public static Command Create()
    {
        var site = new Argument<string>("SITE") { Description = "The site" };
        var controller = new Argument<string>("CONTROLLER") { Description = "The controller's name there" };
        var image = new Option<string[]>("--image")
        {
            Description = "The .pe files of the new firmware, those that are needed first: Fleet.Core.pe Fleet.Esp32.pe", Required = true, AllowMultipleArgumentsPerToken = true,
        };
        var version = new Option<string>("--version") { Description = "What the new firmware calls itself, such as 0.2.0", Required = true };
        var confirmed = new Option<bool>("--until-confirmed") { Description = "Wait the hour until it is confirmed too" };
        var command = new Command("update", "Give a controller new firmware. Ends with code 0 when it runs, on trial for an hour, 3 when the controller refused it or returned to what it ran, 4 when the controller is not heard any more or does not restart")
        {
            GatewayClient.Option, site, controller, image, version, confirmed,
        };
        command.SetAction((parsed, cancellation) => GatewayClient.TryAsync(parsed, async gateway =>
        {
            var path = $"sites/{Uri.EscapeDataString(parsed.GetValue(site)!)}/controllers/{Uri.EscapeDataString(parsed.GetValue(controller)!)}/update";
            byte[] bytes;
            try
            {
                bytes = await ReadAsync(parsed.GetValue(image)!, cancellation);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync($"--image cannot be read: {failure.Message}");
                return 1;
            }
            await gateway.PutAsync($"{path}?version={Uri.EscapeDataString(parsed.GetValue(version)!)}", bytes, cancellation);
            return await WatchAsync(gateway, path, parsed.GetValue(confirmed), cancellation);
        }));
        return command;
    }

    // Each begins at a multiple of four bytes, as the interpreter wants them.
    private static async Task<byte[]> ReadAsync(string[] files, CancellationToken cancellation)
    {
        using var image = new MemoryStream();
        foreach (var file in files)
        {
            image.SetLength(image.Position = (image.Length + 3) / 4 * 4);
            image.Write(await File.ReadAllBytesAsync(file, cancellation));
        }
        return image.ToArray();
    }

    private static async Task<int> WatchAsync(GatewayClient gateway, string path, bool untilConfirmed, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        var shown = "";
        while (true)
        {
            var view = await gateway.GetAsync<UpdateView>(path, cancellation);
            var line = Line(view);
            if (line != shown)
                Console.WriteLine(line);
            shown = line;
            switch (view.State)
            {
                case "Confirmed" or "OnTrial" when view.State == "Confirmed" || !untilConfirmed:
                    return 0;
                case "Refused" or "Returned":
                    await Console.Error.WriteLineAsync($"NOT UPDATED: {view.Reason}");
                    return NotUpdated;
                case "Lost":
                    await Console.Error.WriteLineAsync($"NOBODY KNOWS: {view.Reason}");
                    return Unknown;
            }
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    // In steps of a twentieth, so that an image of hundreds of parts does not fill the screen.
    private static string Line(UpdateView view) => view.State switch
    {
        "Sending" => $"sending {view.Version}: {view.StoredBytes * 20L / view.ImageBytes * 5} % of {view.ImageBytes} bytes{Why(view)}",
        "Starting" => $"{view.Site}/{view.Controller} starts {view.Version}{Why(view)}",
        "OnTrial" => $"{view.Site}/{view.Controller} runs {view.Version} on trial: it is confirmed after a healthy hour, and returns to what it ran otherwise{Why(view)}",
        _ => $"{view.Site}/{view.Controller}: {view.Version} {view.State.ToLowerInvariant()}",
    };

    private static string Why(UpdateView view) => view.Reason.Length > 0 ? $" ({view.Reason})" : "";
}
