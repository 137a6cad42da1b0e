using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// A DS18B20 on a 1-Wire bus, by its number or alone there. It converts by itself while the host goes on.
/// <code>
/// reset  select  44                        convert, 750 ms
/// reset  select  BE  t t h l c r r r crc   read: 16ths of a degree, low byte first; c is the resolution
/// select: CC, or 55 and the eight bytes of its number
/// </code>
/// 85 °C is what it holds after power-up, before its first conversion, so it is never taken for a temperature.
/// Source: Maxim DS18B20 datasheet 19-7487; the CRC is that of Maxim application note 27.
/// </summary>
public sealed class Ds18B20 : ThermometerDriver
{
    /// <summary>Time of a conversion at 12 bits.</summary>
    public const int ConvertMs = 750;

    private const byte SkipRom = 0xCC;
    private const byte MatchRom = 0x55;
    private const byte Convert = 0x44;
    private const byte ReadScratchpad = 0xBE;

    private const int RomBytes = 8;
    private const int ScratchpadBytes = 9;
    private const int ConfigByte = 4;

    /// <summary>Bits of the configuration that are fixed: a bus held at either level shows others.</summary>
    private const int ConfigMask = 0x9F;
    private const int ConfigBits = 0x1F;

    private const short PowerUp = 0x0550;
    private const int LowestMilliC = -55000;
    private const int HighestMilliC = 125000;

    private readonly IOneWireBus _bus;
    private readonly byte[] _rom;
    private readonly byte[] _scratchpad = new byte[ScratchpadBytes];
    private long _readyMs;

    /// <summary>The thermometer on this bus.</summary>
    public Ds18B20(Wiring wiring)
    {
        Name = wiring.Name;
        _bus = wiring.OneWire;
        string rom = wiring.Thermometer.Rom;
        _rom = new byte[rom.Length > 0 ? RomBytes : 0];
        Hex.TryRead(rom, _rom);
    }

    /// <inheritdoc/>
    protected override Outcome Poll(bool begins, long nowMs, out int milliC)
    {
        milliC = 0;
        if (begins)
        {
            _readyMs = nowMs + ConvertMs;
            return TryAsk(Convert, 0) ? Outcome.Continues : Outcome.Silent;
        }
        if (nowMs < _readyMs)
            return Outcome.Continues;
        if (!TryAsk(ReadScratchpad, ScratchpadBytes) || Crc(_scratchpad) != 0 || (_scratchpad[ConfigByte] & ConfigMask) != ConfigBits)
            return Outcome.Silent;
        short sixteenths = (short)(_scratchpad[0] | (_scratchpad[1] << 8));
        milliC = sixteenths * 125 / 2;
        return sixteenths == PowerUp || milliC < LowestMilliC || milliC > HighestMilliC ? Outcome.Silent : Outcome.Complete;
    }

    /// <summary>Others may hang on the bus: from reset to the last byte it is this one's alone.</summary>
    private bool TryAsk(byte command, int answerBytes)
    {
        lock (_bus)
        {
            if (!_bus.Reset())
                return false;
            _bus.Write(_rom.Length > 0 ? MatchRom : SkipRom);
            for (int i = 0; i < _rom.Length; i++)
                _bus.Write(_rom[i]);
            _bus.Write(command);
            for (int i = 0; i < answerBytes; i++)
                _scratchpad[i] = _bus.Read();
            return true;
        }
    }

    /// <summary>CRC-8 of 1-Wire: polynomial 0x8C reflected, start 0; 0 over bytes and their CRC.</summary>
    private static int Crc(byte[] bytes)
    {
        int crc = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            crc ^= bytes[i];
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x8C : crc >> 1;
        }
        return crc;
    }
}
