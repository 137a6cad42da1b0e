using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Fleet.Virtual.Plant;

/// <summary>An Antminer with the maker's firmware: its cgminer API reads only, TCP 4028 of the real device.</summary>
/// <remarks>
/// Codes and messages as in ckolivas/cgminer api.c: summary 11, stats 70, invalid command 14, invalid JSON 23, access
/// denied 45 for everything that writes. Field names as bmminer's. Replies end with NUL and the connection is closed.
/// </remarks>
public sealed class CgminerDevice(PlantModel model) : LoadDevice(model)
{
    /// <summary>Whether rates are in MHS, as cgminer's own, rather than GHS.</summary>
    public bool CountsMegahashes { get; set; }

    /// <summary>Whether it has no stats.</summary>
    public bool LacksStats { get; set; }

    public override Conversation Open() => new OneCommand(this);

    private string Respond(string request)
    {
        lock (Model.Gate)
        {
            return request switch
            {
                "{\"command\":\"summary\"}" => Reply('S', 11, "Summary", ",\"SUMMARY\":[{" + Summary() + "}]"),
                "{\"command\":\"stats\"}" when !LacksStats => Reply('S', 70, "CGMiner stats", ",\"STATS\":[{\"BMMiner\":\"2.0.0\",\"Type\":\"" + Model.Rating.Model + "\"},{" + Stats() + "}]"),
                _ when !request.StartsWith("{\"command\":", StringComparison.Ordinal) => Reply('E', 23, "Invalid JSON", ""),
                _ when request.Contains("parameter", StringComparison.Ordinal) => Reply('E', 45, "Access denied to command", ""),
                _ => Reply('E', 14, "Invalid command", ""),
            };
        }
    }

    private static string Reply(char letter, int code, string message, string section) =>
        $"{{\"STATUS\":[{{\"STATUS\":\"{letter}\",\"When\":1767225600,\"Code\":{code},\"Msg\":\"{message}\",\"Description\":\"cgminer 4.11.1\"}}]{section},\"id\":1}}";

    private string Summary()
    {
        var unit = CountsMegahashes ? "MHS" : "GHS";
        var rate = CountsMegahashes ? Model.MilliworkPerSecond : Model.MilliworkPerSecond / 1000.0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\"Elapsed\":{Model.UptimeMs / 1000},\"{unit} 5s\":{rate:F2},\"{unit} av\":{rate * 0.99:F2},\"Found Blocks\":0,\"Accepted\":4711,\"Rejected\":3,\"Hardware Errors\":12");
    }

    private string Stats() => string.Create(
        CultureInfo.InvariantCulture,
        $"\"STATS\":0,\"ID\":\"BC50\",\"Elapsed\":{Model.UptimeMs / 1000},\"temp_num\":3,\"temp1\":{Model.MilliCelsius / 1250},\"temp2\":0,\"temp2_1\":{Model.MilliCelsius / 1000},\"temp_max\":95,\"chain_rate1\":\"\"");

    private sealed class OneCommand(CgminerDevice device) : Conversation
    {
        private const int RequestLimitBytes = 2_048;

        private readonly List<byte> _in = [];

        public override bool Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> reply)
        {
            _in.AddRange(bytes);
            if (_in[^1] != '}' && _in.Count <= RequestLimitBytes)
                return true;
            reply.Write(device.Send(Encoding.ASCII.GetBytes(device.Respond(Encoding.ASCII.GetString([.. _in])))));
            reply.Write("\0"u8);
            return false;
        }
    }
}
