using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>
/// A DC meter of Texas Instruments on an I2C bus: bus voltage times the current through a shunt. The chip averages 128 pairs
/// of conversions, some 280 ms, and pulls its ALERT pin down while the current is above <c>maxMilliamps</c>; the INA228 until the
/// next poll.
/// <code>
///              INA226                          INA228
/// shunt        2.5 µV, 16 bits                 312.5 nV, upper 20 of 24 bits
/// bus          1.25 mV, 16 bits                195.3125 µV, upper 20 of 24 bits
/// milliwatts   shunt × bus × 25 / 8 µΩ         shunt × bus × 125 / 2048 µΩ
/// energy       none                            40 bits of 16 J / µΩ: both directions add, it wraps and starts from 0 at power-up
/// </code>
/// The INA228 is calibrated so that one of its current is one of its shunt voltage: nothing is rounded before the shunt's
/// resistance divides. A value at the end of its range may be any beyond, and is none.
/// Sources: INA226, TI SBOS547; INA228, TI SBOSA20.
/// </summary>
public sealed class InaMeter : MeterDriver
{
    private const int ShuntRegister = 0;
    private const int BusRegister = 1;
    private const int ConfigRegister = 2;
    private const int Config = 3;
    private const int FlagsRegister = 4;
    private const int Flags = 5;
    private const int ReadyFlag = 6;
    private const int LimitRegister = 7;
    private const int LimitNanovolts = 8;
    private const int IdRegister = 9;
    private const int Id = 10;

    private const int CalibrationRegister = 2;
    private const int EnergyRegister = 9;

    /// <summary>The calibration at which one of current is one of shunt voltage.</summary>
    private const int Calibration = 4096;

    /// <summary>The end of a limit register.</summary>
    private const int HighestLimit = 0x7FFF;

    private readonly II2cDevice _device;
    private readonly MeterSettings _settings;
    private readonly int[] _chip;
    private readonly bool _isWide;
    private readonly byte[] _write = new byte[3];
    private readonly byte[] _read = new byte[5];
    private bool _isSet;

    private InaMeter(Wiring wiring, bool isWide, int[] chip)
    {
        Name = wiring.Name;
        _device = wiring.I2c;
        _settings = wiring.Meter;
        _isWide = isWide;
        _chip = chip;
    }

    /// <summary>Up to 36 V, and 81.9 mV across the shunt.</summary>
    public static InaMeter Ina226(Wiring wiring)
    {
        // Configuration: 128 averages, 1.1 ms each, shunt and bus without end. Flags: alert on shunt over limit.
        //                                     shunt bus config      flags        ready    limit     id
        return new InaMeter(wiring, false, new int[] { 1, 2, 0, 0x4927, 6, 0x8000, 1 << 3, 7, 2500, 0xFF, 0x2260 });
    }

    /// <summary>Up to 85 V, and 163.8 mV across the shunt; counts energy.</summary>
    public static InaMeter Ina228(Wiring wiring)
    {
        // The same of the other chip. Its flags are latched, or that of a finished conversion could pass unseen.
        return new InaMeter(wiring, true, new int[] { 4, 5, 1, 0xBB6C, 11, 0x8000, 1 << 1, 12, 5000, 0x3F, 0x2280 });
    }

    /// <inheritdoc/>
    protected override Outcome Poll(MeterReading report, bool begins, long nowMs)
    {
        // A chip that lost its power has lost its settings; its averages begin anew with them.
        if (!_isSet || !TryRead(_chip[ConfigRegister], 2, out long config) || config != _chip[Config])
        {
            _isSet = TrySet();
            return Outcome.Silent;
        }
        // A chip that has converted nothing since the last poll stands still.
        bool isReady = TryRead(_chip[FlagsRegister], 2, out long flags) && (flags & _chip[ReadyFlag]) != 0;
        if (!isReady || !TryMeasure(_chip[ShuntRegister], out long shunt) || !TryMeasure(_chip[BusRegister], out long bus))
            return Outcome.Silent;
        long microOhms = _settings.ShuntMicroOhms;
        long milliwatts = _isWide ? shunt * bus * 125 / (2048 * microOhms) : shunt * bus * 25 / (8 * microOhms);
        report.Watts = (int)((milliwatts + (milliwatts < 0 ? -500 : 500)) / 1000);
        report.HasVoltage = true;
        report.Millivolts = (int)(_isWide ? bus * 25 / 128 : bus * 5 / 4);
        if (!_isWide)
            return Outcome.Complete;
        report.HasEnergy = TryRead(EnergyRegister, 5, out long energy);
        report.EnergyMilliwattHours = energy * 40 / (9 * microOhms);
        return Outcome.Complete;
    }

    private bool TrySet()
    {
        // Nanovolts at the highest current.
        long limit = (long)_settings.ShuntMicroOhms * _settings.MaxMilliamps / _chip[LimitNanovolts];
        return TryRead(_chip[IdRegister], 2, out long id)
            && (id & 0xFFF0) == _chip[Id]
            && (!_isWide || TryWrite(CalibrationRegister, Calibration))
            && TryWrite(_chip[LimitRegister], limit > HighestLimit ? HighestLimit : (int)limit)
            && TryWrite(_chip[FlagsRegister], _chip[Flags])
            && TryWrite(_chip[ConfigRegister], _chip[Config]);
    }

    /// <summary>Reads a signed value; false at either end of its range.</summary>
    private bool TryMeasure(int register, out long value)
    {
        int bytes = _isWide ? 3 : 2;
        if (!TryRead(register, bytes, out value))
            return false;
        int bits = _isWide ? 20 : 16;
        value >>= 8 * bytes - bits;
        long half = 1L << (bits - 1);
        value = value >= half ? value - 2 * half : value;
        return value > -half && value < half - 1;
    }

    private bool TryRead(int register, int bytes, out long value)
    {
        value = 0;
        _write[0] = (byte)register;
        if (!_device.Exchange(_write, 1, _read, bytes))
            return false;
        for (int i = 0; i < bytes; i++)
            value = (value << 8) | _read[i];
        return true;
    }

    private bool TryWrite(int register, int value)
    {
        _write[0] = (byte)register;
        _write[1] = (byte)(value >> 8);
        _write[2] = (byte)value;
        return _device.Exchange(_write, 3, _read, 0);
    }
}
