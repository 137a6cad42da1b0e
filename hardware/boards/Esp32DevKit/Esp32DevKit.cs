namespace Fleet.Hardware;

/// <summary>
/// A plain 30- or 38-pin ESP32 development board with the WROOM-32 module: Wi-Fi, a MAX3485 module and a two-relay
/// module beside it. README.md beside this file has the wiring.
/// </summary>
public static class Esp32DevKit
{
    /// <summary>What is on it.</summary>
    public static Board Describe()
    {
        return new Board
        {
            Name = "esp32-devkit",
            Product = "ESP32-DevKitC or alike",
            Chip = "ESP32-WROOM-32E",
            NanoffTarget = "ESP32_REV0",
            FlashKilobytes = 4096,
            Network = NetworkKind.WiFi,
            SerialLines = new SerialLine[] { new SerialLine("rs485", 2, 17, 16, 4) },
            Outputs = new Output[]
            {
                new Output("relay1", new Line(26, true), new Line(32, false)),
                new Output("relay2", new Line(27, true), new Line(33, false)),
            },
            I2cBuses = new I2cBus[] { new I2cBus("i2c", 1, 21, 22) },
            AdcInputs = new AdcInput[] { new AdcInput("adc1", 6, 34), new AdcInput("adc2", 7, 35) },
            PulseInputs = new PulseInput[] { new PulseInput("s0-1", 36), new PulseInput("s0-2", 39) },
            Dimmers = new DimmerOutput[] { new DimmerOutput("dim1", 1, 25), new DimmerOutput("dim2", 2, 23) },
            OneWire = new OneWirePins("probes", 18, 19),
            Lamp = new Line(2, true),
            Watchdog = new Line(13, true),
            Button = new Line(0, false),
            ReservedPins = "1 3 6 7 8 9 10 11",
        };
    }
}
