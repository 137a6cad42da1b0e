using Fleet.Core;
using Fleet.Wire;

namespace Fleet.Drivers;

/// <summary>
/// Eastron energy meters on a Modbus RTU line. Registers are asked singly, because not every family member answers a
/// block that spans unused addresses; a poll is one exchange a step and published whole.
/// Sources: Eastron SDM120 and SDM630 Modbus protocol documents, input registers.
/// </summary>
public sealed class EastronMeter : MeterDriver
{
    private const int Power = 0;
    private const int Energy = 1;
    private const int Frequency = 2;

    /// <summary>A kilowatt-hour in the reading's milliwatt-hours.</summary>
    private const int MilliwattHours = 1000000;

    private readonly ModbusBus _bus;
    private readonly byte _address;
    private readonly int _powerAddress;
    private readonly int _highestWatts;
    private int _next;

    private EastronMeter(Wiring wiring, int powerAddress, int highestWatts)
    {
        Name = wiring.Name;
        _bus = wiring.Bus;
        _address = (byte)wiring.Meter.Address;
        _powerAddress = powerAddress;
        _highestWatts = highestWatts;
    }

    /// <summary>A single-phase SDM120: 45 A, so 12 kW at most, doubled.</summary>
    public static EastronMeter Sdm120(Wiring wiring)
    {
        return new EastronMeter(wiring, 0x000C, 24000);
    }

    /// <summary>A three-phase SDM630, also with current transformers.</summary>
    public static EastronMeter Sdm630(Wiring wiring)
    {
        return new EastronMeter(wiring, 0x0034, Bounds.Watts);
    }

    /// <inheritdoc/>
    protected override Outcome Poll(MeterReading report, bool begins)
    {
        if (begins)
            _next = Power;
        //             register                          scale            lowest         highest
        return _next switch
        {
            Power => Take(report, _powerAddress, 1, -_highestWatts, _highestWatts),
            Energy => Take(report, 0x0048, MilliwattHours, 0, Bounds.Counter),
            _ => Take(report, 0x0046, 1000, 40000, 70000),
        };
    }

    /// <summary>Reads two input registers, multiplies their value, and takes it where it is sound.</summary>
    private Outcome Take(MeterReading report, int register, int scale, long lowest, long highest)
    {
        Outcome outcome = _bus.Read(_address, register, out bool hasValue, out uint bits);
        if (outcome == Outcome.Silent)
            return outcome;
        long value = 0;
        bool isSound = hasValue && Float32.TryScale(bits, scale, out value) && value >= lowest && value <= highest;
        switch (_next)
        {
            case Power:
                // Without power there is no reading: a meter that answers nonsense here is as good as silent.
                if (!isSound)
                    return Outcome.Silent;
                report.Watts = (int)value;
                break;
            case Energy:
                report.HasEnergy = isSound;
                report.EnergyMilliwattHours = isSound ? value : 0;
                break;
            case Frequency:
                report.HasFrequency = isSound;
                report.MilliHertz = isSound ? (int)value : 0;
                break;
        }
        _next++;
        return _next > Frequency ? Outcome.Complete : Outcome.Continues;
    }
}
