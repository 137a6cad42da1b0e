namespace Fleet.Hardware;

/// <summary>
/// Espressif ESP32-S3-DevKitC-1 with a module of 8 MB of octal PSRAM (N8R8 or N16R8): Wi-Fi, and memory for eight loads.
/// README.md beside this file has the wiring.
/// </summary>
public static class Esp32S3DevKit
{
    /// <summary>What is on it. The converter's numbers are those of a typical ESP32-S3 at 12 dB: 3.1 V over 4,096 steps.</summary>
    public static Board Describe()
    {
        return new Board
        {
            Name = "esp32-s3-devkit",
            Product = "ESP32-S3-DevKitC-1-N8R8",
            Chip = "ESP32-S3-WROOM-1-N8R8",
            NanoffTarget = "ESP32_S3_OCTAL",
            FlashKilobytes = 8192,
            PsramKilobytes = 8192,
            Network = NetworkKind.WiFi,
            SerialLines = new SerialLine[] { new SerialLine("rs485", 2, 17, 18, 16) },
            Outputs = new Output[]
            {
                new Output("relay1", new Line(4, true), new Line(5, false)),
                new Output("relay2", new Line(6, true), new Line(7, false)),
            },
            I2cBuses = new I2cBus[] { new I2cBus("i2c", 1, 8, 9) },
            AdcInputs = new AdcInput[] { new AdcInput("adc1", 0, 1), new AdcInput("adc2", 1, 2) },
            AdcOffsetMillivolts = 0,
            AdcStepMicrovolts = 757,
            PulseInputs = new PulseInput[] { new PulseInput("s0-1", 10), new PulseInput("s0-2", 11) },
            Dimmers = new DimmerOutput[] { new DimmerOutput("dim1", 1, 12), new DimmerOutput("dim2", 2, 13) },
            OneWire = new OneWirePins("probes", 14, 15),
            Lamp = new Line(21, true),
            Watchdog = new Line(47, true),
            Button = new Line(0, false),
            ReservedPins = "3 19 20 26 27 28 29 30 31 32 33 34 35 36 37 38 43 44 45 46 48",
        };
    }
}
