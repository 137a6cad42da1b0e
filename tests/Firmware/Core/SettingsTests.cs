using System;
using System.Linq;
using System.Reflection;
using System.Text;
using Fleet.Core;
using Fleet.Tests.Harness;
using Xunit;

namespace Fleet.Tests.Firmware.Core;

/// <summary>The settings file: what it gives, and every way of refusing it.</summary>
public sealed class SettingsTests
{
    private const string Good = """
        "site":"hill","controller":"c-1","board":"virtual","brokerHost":"localhost","failSafeWatts":4200,
        "secret":"00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
        """;

    [Fact]
    public void Defaults_are_those_of_the_table()
    {
        Settings settings = FirmwareRig.Read("{" + Good + "}");
        Assert.Equal((7200, 120, 5, 300), (settings.FailSafeMinimumSeconds, settings.HeartbeatTimeoutSeconds, settings.TelemetrySeconds, settings.RecordSeconds));
        Assert.Empty(settings.LoadList);
        Assert.Empty(settings.MeterList);
        Assert.Equal([0xEE, 0xFF], settings.SecretBytes()[^2..]);
    }

    [Theory]
    [InlineData(typeof(Settings), "")]
    [InlineData(typeof(LoadSettings), "loads")]
    [InlineData(typeof(MeterSettings), "meters")]
    [InlineData(typeof(ThermometerSettings), "thermometers")]
    public void Every_option_is_read_into_the_property_of_its_name(Type type, string list)
    {
        SettingsPart part = list switch
        {
            "loads" => SettingsPart.Load,
            "meters" => SettingsPart.Meter,
            "thermometers" => SettingsPart.Thermometer,
            _ => SettingsPart.Controller,
        };
        Option[] table = [.. Enumerable.Range(0, 64).Select(i => SettingsTable.At(part, i)).TakeWhile(option => option is not null)];
        for (int i = 0; i < table.Length; i++)
        {
            Option option = table[i];
            object value = ValueOf(option);
            string field = option.IsText ? $"\"{option.Name}\":\"{value}\"" : $"\"{option.Name}\":{value}";
            string rest = string.Join(',', table.Where(other => other.IsRequired && other.Name != option.Name).Select(Filled));
            string item = "{" + field + (rest.Length > 0 ? "," + rest : "") + "}";
            string loads = list == "thermometers" ? ",\"loads\":[{\"name\":\"some-text\",\"driver\":\"d\",\"maxWatts\":1}]" : "";
            Settings settings = FirmwareRig.Read(list.Length == 0 ? item : "{" + Good + $"{loads},\"{list}\":[{item}]}}");
            object holder = list switch
            {
                "loads" => settings.LoadList[0],
                "meters" => settings.MeterList[0],
                "thermometers" => settings.ThermometerList[0],
                _ => settings,
            };
            PropertyInfo property = type.GetProperty(char.ToUpperInvariant(option.Name[0]) + option.Name[1..])!;
            Assert.Equal(value, property.GetValue(holder));
        }
    }

    [Theory]
    [InlineData("", 1883, 0)]
    [InlineData(",\"brokerTls\":0", 1883, 0)]
    [InlineData(",\"brokerTls\":1", 8883, 1)]
    [InlineData(",\"brokerTls\":1,\"brokerPort\":1883", 1883, 1)]
    [InlineData(",\"brokerPort\":1884,\"brokerTls\":1", 1884, 1)]
    [InlineData(",\"brokerPort\":8883", 8883, 0)]
    public void The_port_is_the_usual_one_of_TLS_where_that_is_asked_for_and_no_port_is_given(string more, int port, int tls)
    {
        Settings settings = new();
        byte[] file = Encoding.UTF8.GetBytes("{" + Good + more + "}");
        Assert.True(settings.TryRead(file, file.Length, out string reason), reason);
        Assert.Equal((port, tls), (settings.BrokerPort, settings.BrokerTls));
    }

    [Theory]
    [InlineData("\"tripmillic\":1", "tripmillic: unknown key")]
    [InlineData("\"site\":\"hill\"", "site: given twice")]
    [InlineData("\"brokerPort\":0", "brokerPort: must be a whole number from 1 to 65535")]
    [InlineData("\"brokerTls\":2", "brokerTls: must be a whole number from 0 to 1")]
    [InlineData("\"heartbeatTimeoutSeconds\":14", "heartbeatTimeoutSeconds: must be a whole number from 15 to 300 s")]
    [InlineData("\"failSafeMinimumSeconds\":7199", "failSafeMinimumSeconds: must be a whole number from 7200 to 86400 s")]
    [InlineData("\"telemetrySeconds\":2.5", "telemetrySeconds: must be a whole number")]
    [InlineData("\"recordSeconds\":61", "recordSeconds: must divide an hour")]
    [InlineData("\"warnMilliC\":95000", "warnMilliC: must be below tripMilliC")]
    [InlineData("\"gridMilliHertz\":50", "gridMilliHertz: must be 0, 50000 or 60000")]
    [InlineData("\"gridLowMillivolts\":253000,\"gridHighMillivolts\":253000", "gridLowMillivolts: must be below gridHighMillivolts")]
    [InlineData("\"gridReturnSeconds\":9", "gridReturnSeconds: must be a whole number from 10 to 3600 s")]
    [InlineData("\"loads\":5", "loads: must be one array of at most 8 objects")]
    [InlineData("\"loads\":[],\"loads\":[]", "loads: must be one array of at most 8 objects")]
    [InlineData("\"loads\":[5]", "loads[0].must be an object")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":1},{\"driver\":\"d\",\"maxWatts\":1}]", "loads[1].name: missing; its name, unique on this controller")]
    [InlineData("\"loads\":[{\"name\":\"A b\",\"driver\":\"d\",\"maxWatts\":1}]", "loads[0].name: must be of a-z, 0-9 and inner hyphens")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":1},{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":1}]", "loads[1].name: a is given twice")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"minWatts\":6}]", "loads[0].minWatts: must not be above maxWatts")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"nameplateWatts\":4}]", "loads[0].nameplateWatts: must not be below maxWatts")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"failSafeWatts\":6}]", "loads[0].failSafeWatts: must not be above maxWatts")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"failSafeWatts\":-1}]", "loads[0].failSafeWatts: must be a whole number from 0")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"inrushWatts\":6}]", "loads[0].inrushWatts: must not be above nameplateWatts")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"levelWatts\":[3,3]}]", "loads[0].levelWatts: must be at most 16 rising")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"levelWatts\":[3,6]}]", "loads[0].levelWatts: must lie between")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":5,\"warnMilliC\":99000}]", "loads[0].warnMilliC: must be below tripMilliC")]
    [InlineData("\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":9000000},{\"name\":\"b\",\"driver\":\"d\",\"maxWatts\":9000000}]", "loads: together above 10000000 W")]
    [InlineData("\"loads\":[{\"colour\":5}]", "loads[0].colour: unknown key")]
    [InlineData("\"meters\":[{\"driver\":\"sdm120\",\"address\":248}]", "meters[0].address: must be a whole number from 1 to 247")]
    [InlineData("\"meters\":[{}]", "meters[0].driver: missing")]
    [InlineData("\"meters\":[5]", "meters[0].must be an object")]
    [InlineData("\"meters\":7", "meters: must be one array of at most 4 objects")]
    [InlineData("\"meters\":[{\"driver\":\"a\"},{\"driver\":\"a\"},{\"driver\":\"a\"},{\"driver\":\"a\"},{\"driver\":\"a\"}]", "meters: must be one array of at most 4 objects")]
    [InlineData("\"thermometers\":[{\"load\":\"a\"}]", "thermometers[0].driver: missing")]
    [InlineData("\"thermometers\":[{\"driver\":\"ntc\",\"load\":\"a\"}]", "thermometers[0].load: there is no load a")]
    [InlineData("\"thermometers\":[{\"driver\":\"ds18b20\",\"rom\":\"28ff641e0216035\"}]", "thermometers[0].rom: must be 16 hex digits")]
    [InlineData("\"thermometers\":[{\"driver\":\"ds18b20\",\"rom\":\"28ff641e0216035g\"}]", "thermometers[0].rom: must be 16 hex digits")]
    [InlineData("\"thermometers\":[],\"thermometers\":[]", "thermometers: must be one array of at most 8 objects")]
    public void A_slip_of_the_pen_refuses_the_file_and_says_where(string more, string reason) => Refuses("{" + Good + "," + more + "}", reason);

    [Theory]
    [InlineData("\"hill\"", "\"Hill\"", "site: must be of a-z")]
    [InlineData("\"c-1\"", "\"-\"", "controller: must be of a-z")]
    [InlineData("4200", "-1", "failSafeWatts: must be a whole number from 0 to 10000000 W")]
    [InlineData("\"failSafeWatts\":4200,", "", "failSafeWatts: missing; the limit when nobody trustworthy says otherwise")]
    [InlineData("0011223344", "00112233", "secret: must be text of 64 to 64 characters")]
    [InlineData("0011223344", "001122334g", "secret: must be hex digits only")]
    public void What_must_be_there_must_be_right(string old, string changed, string reason) =>
        Refuses("{" + ReplaceFirst(Good, old, changed) + "}", reason);

    [Theory]
    [InlineData("", "empty")]
    [InlineData("[]", "must be one JSON object")]
    [InlineData("{\"site\":", "")]
    public void What_is_no_object_is_refused(string file, string reason) => Refuses(file, reason);

    [Fact]
    public void A_load_with_a_relay_in_front_rests_and_works_a_minute_unless_it_is_told_otherwise()
    {
        LoadSettings[] loads = FirmwareRig.Read("{" + Good + "," + """
            "loads":[{"name":"a","driver":"luxos","host":"h","output":"r","maxWatts":1},{"name":"b","driver":"luxos","host":"h","output":"s","maxWatts":1,"minOnSeconds":0,"minOffSeconds":5},
            {"name":"c","driver":"relay","output":"t","maxWatts":1}]}
            """).LoadList;
        Assert.Equal([(60, 60), (0, 5), (0, 0)], loads.Select(load => (load.MinOnSeconds, load.MinOffSeconds)));
    }

    [Fact]
    public void An_inrush_above_the_controllers_is_refused() => Refuses(
        "{" + Good + ",\"inrushWatts\":1000,\"loads\":[{\"name\":\"a\",\"driver\":\"d\",\"maxWatts\":2000,\"inrushWatts\":1001}]}", "loads[0].inrushWatts: must not be above the controller's");

    [Fact]
    public void A_file_beyond_the_bound_is_refused() => Refuses("{" + Good + new string(' ', Settings.FileBytes) + "}", "longer than 8192 bytes");

    [Fact]
    public void Too_many_loads_are_refused()
    {
        string loads = string.Join(',', Enumerable.Range(0, 9).Select(i => $$"""{"name":"l{{i}}","driver":"d","maxWatts":1}"""));
        Refuses("{" + Good + ",\"loads\":[" + loads + "]}", "loads: must be one array of at most 8 objects");
    }

    private static void Refuses(string json, string reason)
    {
        byte[] file = Encoding.UTF8.GetBytes(json);
        Assert.False(new Settings().TryRead(file, file.Length, out string said));
        Assert.Contains(reason, said);
    }

    private static string ReplaceFirst(string text, string old, string changed)
    {
        int at = text.IndexOf(old, StringComparison.Ordinal);
        return text[..at] + changed + text[(at + old.Length)..];
    }

    private static object ValueOf(Option option) => option.Name switch
    {
        "secret" => new string('a', 64),
        "rom" => "28ff641e0216035c",
        "recordSeconds" => 900,
        "warnMilliC" => 60000,
        "tripMilliC" => 130000,
        "nameplateWatts" => 4000,
        "minWatts" => 77,
        "inrushWatts" => 88,
        "failSafeWatts" => 99,
        "gridMilliHertz" => 60000,
        _ when option.IsText => "some-text",
        _ => Math.Min(option.Most, option.Least + 1234 % (option.Most - option.Least)),
    };

    private static string Filled(Option option) => option.Name switch
    {
        "maxWatts" => "\"maxWatts\":3000",
        _ when option.IsText => $"\"{option.Name}\":\"{ValueOf(option)}\"",
        _ => $"\"{option.Name}\":{ValueOf(option)}",
    };
}
