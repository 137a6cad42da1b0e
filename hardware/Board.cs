namespace Fleet.Hardware;

/// <summary>How a board reaches the gateway.</summary>
public enum NetworkKind
{
    /// <summary>A cable.</summary>
    Ethernet = 0,

    /// <summary>Radio; its name and password are put into the device by nanoff, not into the program.</summary>
    WiFi = 1,
}

/// <summary>
/// What is on a board and on which pin: everything the firmware must know of it and nothing it does. Pins are GPIO
/// numbers of the chip.
/// </summary>
public sealed class Board
{
    /// <summary>The name in settings files and hello messages: a–z, 0–9 and inner hyphens.</summary>
    public string Name;

    /// <summary>What it is called where it is sold.</summary>
    public string Product;

    /// <summary>The chip or module.</summary>
    public string Chip;

    /// <summary>The target name that nanoff flashes.</summary>
    public string NanoffTarget;

    /// <summary>Flash memory.</summary>
    public int FlashKilobytes;

    /// <summary>External memory; 0 is none, and leaves some 100 kB for the program's objects.</summary>
    public int PsramKilobytes;

    /// <summary>Its way to the gateway.</summary>
    public NetworkKind Network;

    /// <summary>Lines to meters.</summary>
    public SerialLine[] SerialLines = new SerialLine[0];

    /// <summary>Outputs that switch contactors.</summary>
    public Output[] Outputs = new Output[0];

    /// <summary>Buses for sensors.</summary>
    public I2cBus[] I2cBuses = new I2cBus[0];

    /// <summary>Inputs for voltages.</summary>
    public AdcInput[] AdcInputs = new AdcInput[0];

    /// <summary>
    /// Millivolts where the inputs for voltages begin to count. The framework gives raw steps; these two are those of a typical
    /// ESP32 at 11 dB (ESP-IDF, esp_adc_cal_esp32.c, at 1,100 mV of reference), and hold within some 6 % from 0.2 to 2.6 V.
    /// </summary>
    public int AdcOffsetMillivolts = 142;

    /// <summary>Microvolts of one of their 4,096 steps.</summary>
    public int AdcStepMicrovolts = 806;

    /// <summary>Inputs that count pulses of meters.</summary>
    public PulseInput[] PulseInputs = new PulseInput[0];

    /// <summary>Outputs that dim loads.</summary>
    public DimmerOutput[] Dimmers = new DimmerOutput[0];

    /// <summary>The bus of thermometers; null when it has none.</summary>
    public OneWirePins OneWire;

    /// <summary>The lamp that shows its state; null when it has none.</summary>
    public Line Lamp;

    /// <summary>
    /// The line that changes at every tick, for a watchdog chip that resets the board when it no longer does; null where no pin
    /// is left for it.
    /// </summary>
    public Line Watchdog;

    /// <summary>The button that clears latched trips when it is held; null when it has none.</summary>
    public Line Button;

    /// <summary>
    /// Pins that the board needs for itself, its network, memory and console, with blanks between them: a text, because what fills
    /// an array takes of the heap for every board there is.
    /// </summary>
    public string ReservedPins = "";
}
