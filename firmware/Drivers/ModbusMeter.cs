using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// Energy meters on a Modbus RTU line, each a table of its registers. Registers are asked singly, because not every meter
/// answers a block that spans unused addresses; a poll is one exchange a step and published whole.
/// Sources: Eastron SDM120, SDM230, SDM630 and SDM72D-M Modbus protocol documents (SDM72D-M has neither frequency nor voltage,
/// its V2 has); Carlo Gavazzi EM330/EM340 serial communication protocol; Peacefair PZEM-004T V3.0 user manual. The same
/// registers in volkszaehler/mbmd meters/rs485 (sdm120, sdm230, sdm72, sdm72v2, carlogavazzi-ex3x0) and esphome pzemac.
/// Interpretation: the PZEM's CRC goes low byte first, as in Modbus, though its manual names the high byte first.
/// </summary>
public sealed class ModbusMeter : MeterDriver
{
    private const int Power = 0;
    private const int Energy = 1;
    private const int Frequency = 2;
    private const int Voltage = 3;

    /// <summary>Numbers of a row: the register, what it holds, and thousandths of the watt, watt-hour, hertz or volt in one of it.</summary>
    private const int RowLength = 3;

    /// <summary>Two registers, a single of IEEE 754, high word first.</summary>
    private const int Single = 0;

    /// <summary>Two registers, signed, low word first; 0x7FFFFFFF for what is out of range.</summary>
    private const int Signed = 1;

    /// <summary>Two registers, unsigned, low word first.</summary>
    private const int Unsigned = 2;

    /// <summary>One register, unsigned.</summary>
    private const int Word = 3;

    private const uint OutOfRange = 0x7FFFFFFF;

    private readonly ModbusBus _bus;
    private readonly byte _address;
    private readonly int _highestWatts;
    private readonly int[] _rows;
    private int _next;

    private ModbusMeter(Wiring wiring, int highestWatts, int[] rows)
    {
        Name = wiring.Name;
        _bus = wiring.Bus;
        _address = (byte)wiring.Meter.Address;
        _highestWatts = highestWatts;
        _rows = rows;
    }

    /// <summary>Eastron SDM120, one phase: 45 A, so 12 kW at most, doubled.</summary>
    public static ModbusMeter Sdm120(Wiring wiring)
    {
        return OnePhase(wiring, 24000);
    }

    /// <summary>Eastron SDM230, one phase: 100 A, doubled.</summary>
    public static ModbusMeter Sdm230(Wiring wiring)
    {
        return OnePhase(wiring, 53000);
    }

    /// <summary>Eastron SDM630, three phases, also with current transformers.</summary>
    public static ModbusMeter Sdm630(Wiring wiring)
    {
        return ThreePhase(wiring, Bounds.Watts);
    }

    /// <summary>Eastron SDM72D-M, three phases: 100 A each, doubled.</summary>
    public static ModbusMeter Sdm72(Wiring wiring)
    {
        return ThreePhase(wiring, 160000);
    }

    /// <summary>Carlo Gavazzi EM340, three phases: 65 A each, doubled. 0.1 W, 0.1 kWh, 0.1 Hz, 0.1 V.</summary>
    public static ModbusMeter Em340(Wiring wiring)
    {
        return new ModbusMeter(wiring, 104000, new int[]
        {
            0x0028, Signed, 100,
            0x0034, Signed, 100000,
            0x0033, Word, 100,
            0x0000, Signed, 100,
        });
    }

    /// <summary>Peacefair PZEM-004T V3.0, one phase: 100 A, doubled. 0.1 W, 1 Wh, 0.1 Hz, 0.1 V; it knows no direction.</summary>
    public static ModbusMeter Pzem004T(Wiring wiring)
    {
        return new ModbusMeter(wiring, 46000, new int[]
        {
            0x0003, Unsigned, 100,
            0x0005, Unsigned, 1000,
            0x0007, Word, 100,
            0x0000, Word, 100,
        });
    }

    /// <inheritdoc/>
    protected override Outcome Poll(MeterReading report, bool begins, long nowMs)
    {
        if (begins)
            _next = Power;
        //              thousandths from                    to
        return _next switch
        {
            Power => Take(report, -1000L * _highestWatts, 1000L * _highestWatts),
            Energy => Take(report, 0, Bounds.Counter),
            Frequency => Take(report, 40000, 70000),
            _ => Take(report, 1000, 1000000),
        };
    }

    private static ModbusMeter OnePhase(Wiring wiring, int highestWatts)
    {
        return new ModbusMeter(wiring, highestWatts, Eastron(0x000C));
    }

    private static ModbusMeter ThreePhase(Wiring wiring, int highestWatts)
    {
        return new ModbusMeter(wiring, highestWatts, Eastron(0x0034));
    }

    private static int[] Eastron(int power)
    {
        return new int[]
        {
            power, Single, 1000,
            0x0048, Single, 1000000,
            0x0046, Single, 1000,
            0x0000, Single, 1000,
        };
    }

    /// <summary>Reads what is next, and takes it where it is sound.</summary>
    private Outcome Take(MeterReading report, long lowest, long highest)
    {
        int row = _next * RowLength;
        int holds = _rows[row + 1];
        Outcome outcome = _bus.Read(_address, _rows[row], holds == Word ? 1 : 2, out bool hasValue, out uint bits);
        // Some are silent on what they do not measure; power and energy all have.
        if (outcome == Outcome.Silent && _next < Frequency)
            return outcome;
        bool isSound = TryScale(bits, holds, _rows[row + 2], out long value) && hasValue && value >= lowest && value <= highest;
        // Without power there is no reading: a meter that answers nonsense here is as good as silent.
        if (_next == Power && !isSound)
            return Outcome.Silent;
        Put(report, isSound, isSound ? value : 0);
        _next++;
        return _next > Voltage ? Outcome.Complete : Outcome.Continues;
    }

    private void Put(MeterReading report, bool isSound, long value)
    {
        switch (_next)
        {
            case Power:
                report.Watts = (int)((value + (value < 0 ? -500 : 500)) / 1000);
                break;
            case Energy:
                report.HasEnergy = isSound;
                report.EnergyMilliwattHours = value;
                break;
            case Frequency:
                report.HasFrequency = isSound;
                report.MilliHertz = (int)value;
                break;
            default:
                report.HasVoltage = isSound;
                report.Millivolts = (int)value;
                break;
        }
    }

    private static bool TryScale(uint bits, int holds, int scale, out long value)
    {
        if (holds == Single)
            return Float32.TryScale(bits, scale, out value);
        uint whole = holds == Word ? bits : (bits << 16) | (bits >> 16);
        value = (holds == Signed ? (int)whole : (long)whole) * scale;
        return holds != Signed || whole != OutOfRange;
    }
}
