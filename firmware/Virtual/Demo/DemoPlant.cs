using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using Fleet.Virtual.Plant;

namespace Fleet.Virtual.Demo;

/// <summary>The devices of the demo by name, and the file that remembers them: sleeping miners do not wake because a simulation was ended.</summary>
internal sealed class DemoPlant
{
    private readonly string _path;
    private readonly Dictionary<string, PlantMemory> _before;
    private readonly Dictionary<string, (PlantModel Model, LoadDevice? Device)> _devices = [];

    /// <summary>The plant as a folder remembers it; a new one where there is nothing that can be read.</summary>
    public DemoPlant(string folder)
    {
        _path = Path.Combine(folder, "plant.json");
        _before = Read(_path);
    }

    /// <summary>Adds a device, which goes on as it was.</summary>
    public void Add(string name, PlantModel model, LoadDevice? device)
    {
        _devices.Add(name, (model, device));
        if (!_before.TryGetValue(name, out var memory))
            return;
        if (device is not null && memory.Settings.Count > 0)
            device.Settings = memory.Settings;
        model.GoOnFrom(memory);
    }

    /// <summary>Writes down how every device is now; whole or not at all.</summary>
    public void Keep()
    {
        var now = _devices.ToDictionary(one => one.Key, one => one.Value.Model.Remember() with { Settings = one.Value.Device?.Settings ?? [] });
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var next = _path + ".new";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(now));
        File.Move(next, _path, overwrite: true);
    }

    private static Dictionary<string, PlantMemory> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, PlantMemory>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
