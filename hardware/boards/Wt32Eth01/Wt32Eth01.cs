namespace Fleet.Hardware;

/// <summary>
/// Wireless-Tag WT32-ETH01: the small cheap board with a cable. Pins are those of its published pinout, the network's those
/// of the framework's target; README.md beside this file has the wiring.
/// </summary>
public static class Wt32Eth01
{
    /// <summary>What is on it.</summary>
    public static Board Describe()
    {
        return new Board
        {
            Name = "wt32-eth01",
            Product = "Wireless-Tag WT32-ETH01",
            Chip = "WT32-S1 (ESP32-D0WD)",
            NanoffTarget = "ESP32_WT32_ETH01",
            FlashKilobytes = 4096,
            Network = NetworkKind.Ethernet,
            SerialLines = new SerialLine[] { new SerialLine("rs485", 2, 17, 5) },
            Outputs = new Output[] { new Output("relay1", new Line(32, true), new Line(35, false)) },
            I2cBuses = new I2cBus[] { new I2cBus("i2c", 1, 14, 15) },
            PulseInputs = new PulseInput[] { new PulseInput("s0-1", 39) },
            Dimmers = new DimmerOutput[] { new DimmerOutput("dim1", 1, 33) },
            OneWire = new OneWirePins("probes", 4, 36),
            Lamp = new Line(12, true),
            Button = new Line(2, true),
            ReservedPins = "0 1 3 6 7 8 9 10 11 16 18 19 21 22 23 25 26 27",
        };
    }
}
