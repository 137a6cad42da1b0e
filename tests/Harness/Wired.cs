using Fleet.Core;
using Fleet.Drivers;

namespace Fleet.Tests.Harness;

/// <summary>What single drivers are made with: settings as the file gives them. What they are reached by is the test's to fill in.</summary>
public static class Wired
{
    private const string Head = """
        {"site":"hill","controller":"c-1","board":"virtual","brokerHost":"h","failSafeWatts":0,"secret":"
        """;

    /// <summary>A load with these options, in JSON.</summary>
    public static Wiring Load(string options) =>
        new() { Name = "l", Load = Read("loads", "\"name\":\"l\"," + options).LoadList[0] };

    /// <summary>A meter with these options, in JSON.</summary>
    public static Wiring Meter(string options) =>
        new() { Name = "m", Meter = Read("meters", options).MeterList[0] };

    /// <summary>A meter at this address of a Modbus line.</summary>
    public static Wiring Meter(ModbusBus bus, int address)
    {
        Wiring wiring = Meter($"\"address\":{address}");
        wiring.Bus = bus;
        return wiring;
    }

    /// <summary>A thermometer with these options, in JSON.</summary>
    public static Wiring Thermometer(string options) =>
        new() { Name = "t", Thermometer = Read("thermometers", options).ThermometerList[0] };

    private static Settings Read(string list, string options) =>
        FirmwareRig.Read($$"""{{Head}}{{FirmwareRig.Secret}}","{{list}}":[{"driver":"d"{{(options.Length > 0 ? "," : "")}}{{options}}}]}""");
}
