namespace Fleet.Virtual.Plant;

/// <summary>A dimmer before a load that takes its share of its highest power, and is dark at zero.</summary>
public sealed class Dimmer(PlantModel load)
{
    /// <summary>The output of the controller, in thousandths.</summary>
    public int Permille { get; private set; }

    /// <summary>Sets the output.</summary>
    public void Set(int permille)
    {
        Permille = permille;
        load.Supply(permille > 0);
        if (permille > 0)
            load.Operate(load.Rating.MaxWatts * (long)permille, 1000);
    }
}
