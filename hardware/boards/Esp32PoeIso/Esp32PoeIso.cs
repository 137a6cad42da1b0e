namespace Fleet.Hardware;

/// <summary>
/// Olimex ESP32-POE-ISO with the WROOM module: cable, power over it, and 3 kV of isolation from it. Pins are those of
/// Olimex's schematics up to revision L; README.md beside this file has the wiring.
/// </summary>
public static class Esp32PoeIso
{
    /// <summary>What is on it.</summary>
    public static Board Describe()
    {
        return new Board
        {
            Name = "esp32-poe-iso",
            Product = "Olimex ESP32-POE-ISO",
            Chip = "ESP32-WROOM-32E",
            NanoffTarget = "ESP32_OLIMEX",
            FlashKilobytes = 4096,
            Network = NetworkKind.Ethernet,
            SerialLines = new SerialLine[] { new SerialLine("rs485", 2, 4, 36) },
            Outputs = new Output[] { new Output("relay1", new Line(32, true), new Line(15, false)) },
            I2cBuses = new I2cBus[] { new I2cBus("uext", 1, 13, 16) },
            AdcInputs = new AdcInput[] { new AdcInput("battery", 7, 35), new AdcInput("supply", 3, 39) },
            PulseInputs = new PulseInput[] { new PulseInput("s0-1", 14) },
            Lamp = new Line(5, true),
            Button = new Line(34, false),
            ReservedPins = "0 1 2 3 12 17 18 19 21 22 23 25 26 27 33",
        };
    }
}
