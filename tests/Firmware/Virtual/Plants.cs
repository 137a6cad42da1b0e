using System;
using System.Text;
using Fleet.Virtual.Plant;

namespace Fleet.Tests.Firmware.Virtual;

/// <summary>What the tests of the simulated plant share.</summary>
internal static class Plants
{
    /// <summary>A device that has run at nominal power long enough to be settled; its clock shows zero.</summary>
    public static PlantModel Warm(PlantRating rating, int seed = 1)
    {
        var model = new PlantModel(rating, seed, startMs: -1_200_000);
        model.Advance(0);
        return model;
    }

    /// <summary>Sends a request on a new connection and gives everything that comes back.</summary>
    public static string Ask(this VirtualDevice device, string request)
    {
        var line = new DeviceLine(device);
        line.Write(Encoding.UTF8.GetBytes(request));
        return Encoding.UTF8.GetString(ReadAll(line));
    }

    /// <summary>Sends a frame given in hexadecimal and gives the answer so, in capitals.</summary>
    public static string AskHex(this VirtualDevice device, string hex)
    {
        var line = new DeviceLine(device);
        line.Write(Convert.FromHexString(hex));
        return Convert.ToHexString(ReadAll(line));
    }

    public static byte[] ReadAll(DeviceLine line)
    {
        var answer = new byte[16_384];
        int total = 0, count;
        while ((count = line.Read(answer.AsSpan(total))) > 0)
            total += count;
        return answer[..total];
    }
}
