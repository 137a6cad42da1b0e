using Fleet.Core;

namespace Fleet.Drivers;

/// <summary>
/// An NTC thermistor between an analog input and ground, with a resistor from the input to 3.3 V.
/// <code>
/// 3.3 V ── pullUpOhms ──┬── NTC ── GND      ohms = pullUpOhms × v / (3.3 V − v)
///                     input                 1/T = 1/298.15 K + ln(ohms / ohmsAt25C) / betaKelvin
/// </code>
/// A wire that is open or shorted shows a voltage that no temperature does, and there is no reading.
/// </summary>
public sealed class Ntc : ThermometerDriver
{
    private const int SupplyMillivolts = 3300;

    /// <summary>Below it the input is shorted, or hotter than 150 °C with equal resistors; the chip reads little there anyway.</summary>
    private const int ShortMillivolts = 50;

    /// <summary>Above it the wire is open, or it is colder than -35 °C; the chip's range ends there.</summary>
    private const int OpenMillivolts = 3100;

    /// <summary>Readings that are averaged: the chip's converter is noisy.</summary>
    private const int Readings = 8;

    private const int LowestMilliC = -40000;
    private const int HighestMilliC = 150000;

    /// <summary>Bits behind the point of a number from 1 to 2, and of its logarithm.</summary>
    private const int PointBits = 30;
    private const int LogarithmBits = 20;

    /// <summary>Millionths of the natural logarithm of 2.</summary>
    private const int Log2 = 693147;

    private readonly IAnalogInput _input;
    private readonly ThermometerSettings _settings;

    /// <summary>The thermistor at this input.</summary>
    public Ntc(Wiring wiring)
    {
        Name = wiring.Name;
        _input = wiring.Analog;
        _settings = wiring.Thermometer;
    }

    /// <inheritdoc/>
    protected override Outcome Poll(bool begins, long nowMs, out int milliC)
    {
        milliC = 0;
        int sum = 0;
        for (int i = 0; i < Readings; i++)
        {
            if (!_input.TryRead(out int millivolts))
                return Outcome.Silent;
            sum += millivolts;
        }
        if (sum < ShortMillivolts * Readings || sum > OpenMillivolts * Readings)
            return Outcome.Silent;
        long milliohms = 1000L * _settings.PullUpOhms * sum / (SupplyMillivolts * Readings - sum);
        milliC = MilliC(milliohms);
        return milliC < LowestMilliC || milliC > HighestMilliC ? Outcome.Silent : Outcome.Complete;
    }

    /// <summary>T = 298.15 K × B / (B + 298.15 K × ln), with the logarithm in millionths and the rest in thousandths.</summary>
    private int MilliC(long milliohms)
    {
        long logarithm = Logarithm(milliohms) - Logarithm(1000L * _settings.OhmsAt25C);
        long divisor = 1000L * _settings.BetaKelvin + 29815 * logarithm / 100000;
        // No logarithm of its range makes it 0 with a usual B; such a thermistor is infinitely hot.
        return divisor <= 0 ? int.MaxValue : (int)(298150L * 1000 * _settings.BetaKelvin / divisor - 273150);
    }

    /// <summary>Millionths of the natural logarithm of a number of at least 1, by squaring: each time it passes 2 is a bit.</summary>
    private static long Logarithm(long number)
    {
        int whole = 0;
        for (long rest = number; rest > 1; rest >>= 1)
            whole++;
        long square = whole > PointBits ? number >> (whole - PointBits) : number << (PointBits - whole);
        long bits = whole;
        for (int i = 0; i < LogarithmBits; i++)
        {
            square = (square * square) >> PointBits;
            bits <<= 1;
            if (square < 2L << PointBits)
                continue;
            square >>= 1;
            bits |= 1;
        }
        return (bits * Log2) >> LogarithmBits;
    }
}
