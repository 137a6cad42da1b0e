using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class DriverTableTests
{
    private readonly Ports _ports = new();

    [Fact]
    public void Makes_every_driver_it_knows()
    {
        DriverTable? table = Create(
            """
            "loads":[{"name":"a","driver":"axeos","host":"h","maxWatts":25},{"name":"b","driver":"luxos","host":"h","port":4029,"minWatts":1500,"maxWatts":3500},
            {"name":"c","driver":"aibox","host":"h","maxWatts":60},{"name":"d","driver":"relay","output":"relay1","maxWatts":2000}],
            "meters":[{"driver":"sdm120","serial":"rs485","address":1},{"driver":"sdm630","serial":"rs485","address":2},{"driver":"sdm630","host":"bridge"}]
            """,
            out string? reason);
        Assert.Null(reason);
        Assert.Equal((4, 3, 7), (table!.Loads.Length, table.Meters.Length, table.Drivers.Length));
        Assert.Equal(["a", "b", "c", "d", "sdm120-1", "sdm630-2", "sdm630-1"], System.Array.ConvertAll(table.Drivers, driver => driver.Name));
        Assert.Equal((2000, 2000, false), (table.Loads[3].Ability.MinWatts, table.Loads[3].Ability.MaxWatts, table.Loads[3].Ability.Sleeps));
        Assert.Equal((1500, 3500, "luxos"), (table.Loads[1].Ability.MinWatts, table.Loads[1].Ability.MaxWatts, table.Loads[1].Ability.Driver));
        Assert.Equal(1, _ports.SerialOpened);
    }

    [Theory]
    [InlineData("aibox", "\"serial\":\"rs485\"", true)]
    [InlineData("dimmer", "\"dimmer\":\"dim1\",\"minWatts\":100", false)]
    public void Makes_every_load_that_is_not_on_the_network(string driver, string wiring, bool sleeps)
    {
        DriverTable? table = Create($"\"loads\":[{{\"name\":\"a\",\"driver\":\"{driver}\",\"maxWatts\":1000,{wiring}}}]", out string? reason);
        Assert.Null(reason);
        Assert.Equal(("a", sleeps), (Assert.Single(table!.Drivers).Name, table.Loads[0].Ability.Sleeps));
    }

    [Theory]
    [InlineData("sdm230", "\"serial\":\"rs485\",\"address\":7", "sdm230-7")]
    [InlineData("sdm72", "\"host\":\"bridge\"", "sdm72-1")]
    [InlineData("em340", "\"serial\":\"rs485\"", "em340-1")]
    [InlineData("pzem004t", "\"serial\":\"rs485\",\"address\":247", "pzem004t-247")]
    [InlineData("ina226", "\"i2c\":\"i2c\",\"address\":64", "ina226-64")]
    [InlineData("ina228", "\"i2c\":\"i2c\",\"address\":65", "ina228-65")]
    [InlineData("s0", "\"pulses\":\"s0-1\"", "s0-s0-1")]
    public void Makes_every_meter(string driver, string wiring, string name)
    {
        DriverTable? table = Create($"\"meters\":[{{\"driver\":\"{driver}\",{wiring}}}]", out string? reason);
        Assert.Null(reason);
        Assert.Equal(name, Assert.Single(table!.Drivers).Name);
    }

    [Theory]
    [InlineData("\"driver\":\"ds18b20\",\"oneWire\":\"probes\",\"rom\":\"28ff641e0216035c\"", "ds18b20-1")]
    [InlineData("\"driver\":\"ntc\",\"analog\":\"adc1\"", "ntc-1")]
    public void Makes_every_thermometer(string options, string name)
    {
        DriverTable? table = Create($"\"thermometers\":[{{{options}}}]", out string? reason);
        Assert.Null(reason);
        Assert.Equal((name, 1), (Assert.Single(table!.Drivers).Name, table.Thermometers.Length));
    }

    [Fact]
    public void Makes_nothing_of_nothing()
    {
        DriverTable? table = Create("\"loads\":[],\"meters\":[]", out string? reason);
        Assert.Null(reason);
        Assert.Empty(table!.Drivers);
    }

    [Theory]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"luxso\",\"host\":\"h\",\"maxWatts\":1}]", "loads[0] a: driver \"luxso\" is unknown; known are axeos, luxos, aibox, relay, dimmer, avalon, cgminer, braiins, vnish, whatsminer")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"luxos\",\"maxWatts\":1}]", "loads[0] a: driver luxos needs host")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"axeos\",\"output\":\"relay1\",\"maxWatts\":1}]", "loads[0] a: driver axeos needs host")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"axeos\",\"host\":\"h\",\"output\":\"relay9\",\"maxWatts\":1}]", "loads[0] a: the board has no output \"relay9\"")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"axeos\",\"host\":\"h\",\"output\":\"relay1\",\"maxWatts\":1},{\"name\":\"b\",\"driver\":\"luxos\",\"host\":\"g\",\"output\":\"relay1\",\"maxWatts\":2}]", "loads[1] b: driver luxos needs its own output: \"relay1\" is that of loads[0]")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"axeos\",\"host\":\"h\",\"dimmer\":\"dim1\",\"maxWatts\":1}]", "loads[0] a: driver axeos has no use for dimmer; remove it")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"relay\",\"maxWatts\":1}]", "loads[0] a: driver relay needs output")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"relay\",\"output\":\"relay1\",\"host\":\"h\",\"maxWatts\":1}]", "loads[0] a: driver relay has no use for host; remove it")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"relay\",\"output\":\"relay9\",\"maxWatts\":1}]", "loads[0] a: the board has no output \"relay9\"")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"relay\",\"output\":\"relay1\",\"minWatts\":1,\"maxWatts\":2}]", "loads[0] a: driver relay is on or off: minWatts must be maxWatts or left out")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"relay\",\"output\":\"relay1\",\"maxWatts\":2},{\"name\":\"b\",\"driver\":\"relay\",\"output\":\"relay1\",\"maxWatts\":2}]", "loads[1] b: driver relay needs its own output: \"relay1\" is that of loads[0]")]
    [InlineData("\"meters\":[{\"driver\":\"sdm54\",\"serial\":\"rs485\"}]", "meters[0]: driver \"sdm54\" is unknown; known are sdm120, sdm230, sdm630, sdm72, em340, pzem004t, ina226, ina228, s0")]
    [InlineData("\"meters\":[{\"driver\":\"sdm120\"}]", "meters[0]: driver sdm120 needs host or serial")]
    [InlineData("\"meters\":[{\"driver\":\"sdm120\",\"serial\":\"rs485\",\"host\":\"h\"}]", "meters[0]: driver sdm120 needs host or serial, and not both")]
    [InlineData("\"meters\":[{\"driver\":\"sdm120\",\"serial\":\"com7\"}]", "meters[0]: the board has no serial line \"com7\"")]
    [InlineData("\"meters\":[{\"driver\":\"sdm120\",\"serial\":\"rs485\"},{\"driver\":\"sdm630\",\"serial\":\"rs485\"}]", "meters[1]: address 1 is that of meters[0] on the same line")]
    [InlineData("\"meters\":[{\"driver\":\"sdm120\",\"serial\":\"rs485\"},{\"driver\":\"sdm630\",\"serial\":\"rs485\",\"address\":2,\"baud\":2400}]", "meters[1]: baud 2400 differs from meters[0] on the same line")]
    [InlineData("\"meters\":[{\"driver\":\"ina226\",\"serial\":\"rs485\"}]", "meters[0]: driver ina226 has no use for serial; remove it")]
    [InlineData("\"meters\":[{\"driver\":\"ina226\"}]", "meters[0]: driver ina226 needs i2c")]
    [InlineData("\"meters\":[{\"driver\":\"ina226\",\"i2c\":\"i2c\",\"address\":120}]", "meters[0]: driver ina226 needs an address of 8 to 119 on an I2C bus")]
    [InlineData("\"meters\":[{\"driver\":\"ina226\",\"i2c\":\"i2c\"}]", "meters[0]: driver ina226 needs an address of 8 to 119 on an I2C bus")]
    [InlineData("\"meters\":[{\"driver\":\"ina226\",\"i2c\":\"uext\",\"address\":64}]", "meters[0]: the board has no I2C bus \"uext\"")]
    [InlineData("\"meters\":[{\"driver\":\"ina226\",\"i2c\":\"i2c\",\"address\":64},{\"driver\":\"ina228\",\"i2c\":\"i2c\",\"address\":64}]", "meters[1]: address 64 is that of meters[0] on the same line")]
    [InlineData("\"meters\":[{\"driver\":\"s0\",\"pulses\":\"s0-9\"}]", "meters[0]: the board has no pulse input \"s0-9\"")]
    [InlineData("\"meters\":[{\"driver\":\"s0\",\"pulses\":\"s0-1\"},{\"driver\":\"s0\",\"pulses\":\"s0-1\"}]", "meters[1]: driver s0 needs its own pulse input: \"s0-1\" is that of meters[0]")]
    [InlineData("\"thermometers\":[{\"driver\":\"ds1820\"}]", "thermometers[0]: driver \"ds1820\" is unknown; known are ds18b20, ntc")]
    [InlineData("\"thermometers\":[{\"driver\":\"ds18b20\"}]", "thermometers[0]: driver ds18b20 needs oneWire")]
    [InlineData("\"thermometers\":[{\"driver\":\"ntc\",\"oneWire\":\"probes\"}]", "thermometers[0]: driver ntc has no use for oneWire; remove it")]
    [InlineData("\"thermometers\":[{\"driver\":\"ntc\",\"analog\":\"adc9\"}]", "thermometers[0]: the board has no analog input \"adc9\"")]
    [InlineData("\"thermometers\":[{\"driver\":\"ds18b20\",\"oneWire\":\"adc1\"}]", "thermometers[0]: the board has no 1-Wire bus \"adc1\"")]
    [InlineData("\"thermometers\":[{\"driver\":\"ntc\",\"analog\":\"adc1\"},{\"driver\":\"ntc\",\"analog\":\"adc1\"}]", "thermometers[1]: driver ntc needs its own analog input: \"adc1\" is that of thermometers[0]")]
    [InlineData("\"thermometers\":[{\"driver\":\"ds18b20\",\"oneWire\":\"probes\",\"rom\":\"28ff641e0216035c\"},{\"driver\":\"ds18b20\",\"oneWire\":\"probes\"}]", "thermometers[1]: driver ds18b20 needs a rom of its own, and so does thermometers[0]")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"aibox\",\"maxWatts\":1}]", "loads[0] a: driver aibox needs host or serial")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"aibox\",\"host\":\"h\",\"serial\":\"rs485\",\"maxWatts\":1}]", "loads[0] a: driver aibox needs host or serial, and not both")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"aibox\",\"serial\":\"com7\",\"maxWatts\":1}]", "loads[0] a: the board has no serial line \"com7\"")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"dimmer\",\"dimmer\":\"dim9\",\"maxWatts\":1}]", "loads[0] a: the board has no dimmer \"dim9\"")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"dimmer\",\"dimmer\":\"dim1\",\"maxWatts\":1},{\"name\":\"b\",\"driver\":\"dimmer\",\"dimmer\":\"dim1\",\"maxWatts\":1}]", "loads[1] b: driver dimmer needs its own dimmer: \"dim1\" is that of loads[0]")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"aibox\",\"serial\":\"rs485\",\"maxWatts\":1}],\"meters\":[{\"driver\":\"sdm120\",\"serial\":\"rs485\"}]", "meters[0]: driver sdm120 needs its own serial line: \"rs485\" is that of loads[0]")]
    public void Says_what_is_wrong_and_where(string lists, string expected)
    {
        Assert.Null(Create(lists, out string? reason));
        Assert.Equal(expected, reason);
    }

    private DriverTable? Create(string lists, out string? reason)
    {
        byte[] file = Encoding.UTF8.GetBytes(
            $$"""{"site":"hill","controller":"c-1","board":"virtual","brokerHost":"h","secret":"{{new string('a', 64)}}","failSafeWatts":0,{{lists}}}""");
        Settings settings = new();
        Assert.True(settings.TryRead(file, file.Length, out string problem), problem);
        return DriverTable.Create(settings, _ports, out reason);
    }

    private sealed class Ports : IPorts
    {
        public int SerialOpened { get; private set; }

        public IDialer Dialer { get; } = new Transcript();

        public IByteChannel? Serial(string name, int baud)
        {
            SerialOpened++;
            return name == "rs485" ? new Transcript() : null;
        }

        public IOutputPin? Output(string name) => name == "relay1" ? new Pin() : null;

        public II2cDevice? I2c(string name, int address) => name == "i2c" ? new Part() : null;

        public IAnalogInput? Analog(string name) => name == "adc1" ? new Part() : null;

        public IAnalogOutput? Dimmer(string name) => name == "dim1" ? new Part() : null;

        public IPulseInput? Pulses(string name) => name == "s0-1" ? new Part() : null;

        public IOneWireBus? OneWire(string name) => name == "probes" ? new Part() : null;
    }

    private sealed class Part : II2cDevice, IPulseInput, IAnalogInput, IAnalogOutput, IOneWireBus
    {
        public void Set(int permille)
        {
        }

        public bool Reset() => false;

        public void Write(byte value)
        {
        }

        public byte Read() => 0xFF;

        public bool TryRead(out int millivolts)
        {
            millivolts = 0;
            return false;
        }

        public bool Exchange(byte[] write, int writeCount, byte[] read, int readCount) => false;

        public bool TryRead(out long pulses)
        {
            pulses = 0;
            return false;
        }
    }

    private sealed class Pin : IOutputPin
    {
        public bool HasFeedback => false;

        public bool Feedback => false;

        public void Set(bool on)
        {
        }
    }
}
