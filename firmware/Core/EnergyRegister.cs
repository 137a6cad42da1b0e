namespace Fleet.Core;

/// <summary>The energy register. It is kept together with the records that add up to it, by <see cref="EnergyLog"/>.</summary>
public sealed class EnergyRegister
{
    /// <summary>Whole milliwatt-hours taken since the controller was commissioned; never goes back.</summary>
    public long MilliwattHours { get; private set; }

    /// <summary>What is left below a milliwatt-hour, in half milliwatt-seconds: 0 to <see cref="Metering.HalfUnits"/> − 1.</summary>
    public int Carry { get; private set; }

    /// <summary>Goes on where it was kept.</summary>
    public void Begin(long milliwattHours, int carry)
    {
        MilliwattHours = milliwattHours;
        Carry = carry;
    }

    /// <summary>Adds energy taken, in half milliwatt-seconds; energy given back is not taken and changes nothing.</summary>
    public void Add(long halfUnits)
    {
        if (halfUnits <= 0)
            return;
        long sum = Carry + halfUnits;
        MilliwattHours += sum / Metering.HalfUnits;
        Carry = (int)(sum % Metering.HalfUnits);
    }
}
