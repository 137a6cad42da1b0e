using Fleet.Wire;

namespace Fleet.Core;

/// <content>What is wrong between options that are each within their range.</content>
public sealed partial class Settings
{
    private string Problem()
    {
        if (!Topics.IsName(Site))
            return "site: must be of a-z, 0-9 and inner hyphens";
        if (!Topics.IsName(Controller))
            return "controller: must be of a-z, 0-9 and inner hyphens";
        if (!Hex.TryRead(Secret, new byte[ControllerKeys.SecretBytes]))
            return "secret: must be hex digits only";
        if (HourSeconds % RecordSeconds != 0)
            return "recordSeconds: must divide an hour";
        if (WarnMilliC >= TripMilliC)
            return "warnMilliC: must be below tripMilliC";
        return ProblemOfLoads() ?? ProblemOfThermometers() ?? ProblemOfGrid();
    }

    private string ProblemOfThermometers()
    {
        for (int i = 0; i < ThermometerList.Length; i++)
        {
            string load = ThermometerList[i].Load;
            if (load.Length > 0 && PositionOf(load) < 0)
                return "thermometers[" + i.ToString() + "].load: there is no load " + load;
            string rom = ThermometerList[i].Rom;
            if (rom.Length > 0 && !Hex.TryRead(rom, new byte[8]))
                return "thermometers[" + i.ToString() + "].rom: must be 16 hex digits";
        }
        return null;
    }

    private string ProblemOfLoads()
    {
        long nameplateWatts = 0;
        for (int i = 0; i < LoadList.Length; i++)
        {
            LoadSettings load = LoadList[i];
            nameplateWatts += load.NameplateWatts;
            if (nameplateWatts > Bounds.Watts)
                return "loads: together above " + Bounds.Watts.ToString() + " W";
            if (InrushWatts > 0 && load.InrushWatts > InrushWatts)
                return "loads[" + i.ToString() + "].inrushWatts: must not be above the controller's";
            int warn = load.WarnMilliC == 0 ? WarnMilliC : load.WarnMilliC;
            if (warn >= (load.TripMilliC == 0 ? TripMilliC : load.TripMilliC))
                return "loads[" + i.ToString() + "].warnMilliC: must be below tripMilliC";
            if (PositionOf(load.Name) < i)
                return "loads[" + i.ToString() + "].name: " + load.Name + " is given twice";
        }
        return null;
    }
}
