using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

public sealed class RefusalTests
{
    private static readonly string[] Optional =
        ["utcMs of telemetry", "watts of telemetry", "limitWatts of telemetry", "setpoint of telemetry", "watts of ack", "storedBytes of ack-image",
         "earlierSeconds of energy-undated",
         "heapFreeBytes of telemetry", "largestFreeBytes of telemetry", "tickMs of telemetry", "linkLosses of telemetry", "bootReason of hello",
         "utcMs of event", "loadWatts of setpoint", "watts of load of telemetry", "workRate of load of telemetry",
         "hashpriceMicrosPerTerahashDay of schedule-priced", "pricePerMegawattHour of schedule-priced"];

    public static TheoryData<string, string, string> Fields
    {
        get
        {
            TheoryData<string, string, string> rows = [];
            foreach (string name in Samples.Names)
            {
                JsonObject message = Parsed(name);
                foreach (string field in message.Select(one => one.Key))
                    rows.Add(name, "", field);
                if (message["loads"] is JsonArray { Count: > 0 } loads)
                {
                    foreach (string field in ((JsonObject)loads[0]!).Select(one => one.Key))
                        rows.Add(name, "loads[0].", field);
                }
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_missing_field_refuses_the_message_unless_it_is_optional(string name, string place, string field)
    {
        JsonObject message = Parsed(name);
        Holder(message, place).Remove(field);
        bool optional = Optional.Contains($"{field} of {(place == "" ? "" : "load of ")}{name}");
        if (field == "unlimited" || (name.StartsWith("setpoint") && field == "limitWatts"))
            AssertRefused(name, message.ToJsonString(), "limitWatts: exactly one of limitWatts and \"unlimited\":true is needed");
        else if (optional)
            Assert.True(TryRead(name, message.ToJsonString(), out string reason), reason);
        else
            AssertRefused(name, message.ToJsonString(), place + field + ": is missing");
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_that_is_there_twice_refuses_the_message(string name, string place, string field)
    {
        JsonObject message = Parsed(name);
        Holder(message, place)["TWIN"] = Holder(message, place)[field]!.DeepClone();
        AssertRefused(name, message.ToJsonString().Replace("TWIN", field), place + field + ": is there twice");
        AssertRefused(name, message.ToJsonString().Replace("TWIN", $"\\u{(int)field[0]:x4}{field[1..]}"), place + field + ": is there twice");
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_of_another_type_refuses_the_message(string name, string place, string field)
    {
        string kind = Holder(Parsed(name), place)[field]!.GetValueKind().ToString();
        string[] values = ["null", "5.0", "5e0", "\"5\"", "[\"\"]", "{\"a\":\"\"}", "9223372036854775808", "true", "7", "[1.0]", "[null]"];
        foreach (string value in values)
        {
            bool sameType = kind switch
            {
                "String" => value[0] == '"',
                "True" or "False" => value == "true",
                "Number" => value == "7",
                _ => false,
            };
            if (sameType)
                continue;
            JsonObject message = Parsed(name);
            Holder(message, place)[field] = JsonNode.Parse(value);
            string expected = field == "settings" && value[0] == '{' ? "a: " : field == "loads" && value[0] == '[' ? "loads[0].item: " : place + field + ": ";
            AssertRefused(name, message.ToJsonString(), expected);
        }
    }

    [Theory]
    [InlineData("hello", "wire", 1, 1)]
    [InlineData("hello", "boot", 0, Bounds.Counter)]
    [InlineData("hello", "bootReason", 0, Bounds.BootReasons)]
    [InlineData("hello", "failSafeWatts", 0, Bounds.Watts)]
    [InlineData("hello", "failSafeMinimumSeconds", 0, Bounds.FailSafeMinimumSeconds)]
    [InlineData("hello", "heartbeatTimeoutSeconds", 1, Bounds.HeartbeatTimeoutSeconds)]
    [InlineData("hello", "loads[0].work", 0, 2)]
    [InlineData("hello", "loads[0].minWatts", 0, 3500)]
    [InlineData("hello", "loads[0].maxWatts", 1600, Bounds.Watts)]
    [InlineData("telemetry", "seq", 0, Bounds.Counter)]
    [InlineData("telemetry", "boot", 0, Bounds.Counter)]
    [InlineData("telemetry", "monoMs", 0, Bounds.Counter)]
    [InlineData("telemetry", "utcMs", 0, Bounds.UtcMs)]
    [InlineData("telemetry", "watts", Bounds.LowestReadingWatts, Bounds.Watts)]
    [InlineData("telemetry", "energyMwh", 0, Bounds.Counter)]
    [InlineData("telemetry", "state", 0, 2)]
    [InlineData("telemetry", "faults", 0, int.MaxValue)]
    [InlineData("telemetry", "limitWatts", 0, Bounds.Watts)]
    [InlineData("telemetry", "heapFreeBytes", 0, int.MaxValue)]
    [InlineData("telemetry", "largestFreeBytes", 0, int.MaxValue)]
    [InlineData("telemetry", "tickMs", 0, int.MaxValue)]
    [InlineData("telemetry", "linkLosses", 0, int.MaxValue)]
    [InlineData("telemetry", "loads[0].watts", Bounds.LowestReadingWatts, Bounds.Watts)]
    [InlineData("telemetry", "loads[0].limitWatts", 0, Bounds.Watts)]
    [InlineData("telemetry", "loads[0].state", 0, 6)]
    [InlineData("telemetry", "loads[0].faults", 0, int.MaxValue)]
    [InlineData("telemetry", "loads[0].workRate", 0, Bounds.Counter)]
    [InlineData("energy", "boot", 0, Bounds.Counter)]
    [InlineData("energy", "seq", 0, Bounds.Counter)]
    [InlineData("energy", "startMs", 0, 1780000899999)]
    [InlineData("energy", "endMs", 1780000000001, Bounds.UtcMs)]
    [InlineData("energy", "energyMwh", -Bounds.Counter, Bounds.Counter)]
    [InlineData("energy", "registerMwh", 0, Bounds.Counter)]
    [InlineData("energy", "quality", 0, 2)]
    [InlineData("energy-undated", "earlierSeconds", 1, Bounds.EarlierSeconds)]
    [InlineData("ack", "seq", 0, Bounds.Counter)]
    [InlineData("ack", "boot", 0, Bounds.Counter)]
    [InlineData("ack", "kind", 6, 10)]
    [InlineData("ack", "result", 0, 2)]
    [InlineData("ack", "watts", Bounds.LowestReadingWatts, Bounds.Watts)]
    [InlineData("ack", "elapsedMs", 0, Bounds.Counter)]
    [InlineData("event", "seq", 0, Bounds.Counter)]
    [InlineData("event", "boot", 0, Bounds.Counter)]
    [InlineData("event", "monoMs", 0, Bounds.Counter)]
    [InlineData("event", "utcMs", 0, Bounds.UtcMs)]
    [InlineData("event", "type", 0, 5)]
    [InlineData("event", "code", 0, int.MaxValue)]
    [InlineData("heartbeat", "utcMs", 0, Bounds.UtcMs)]
    [InlineData("heartbeat", "epoch", 0, Bounds.Counter)]
    [InlineData("setpoint", "seq", 1, Bounds.Counter)]
    [InlineData("setpoint", "boot", 0, Bounds.Counter)]
    [InlineData("setpoint", "issuedMs", 0, Bounds.UtcMs)]
    [InlineData("setpoint", "limitWatts", 0, Bounds.Watts)]
    [InlineData("setpoint", "rampWattsPerSecond", 0, Bounds.Watts)]
    [InlineData("setpoint", "windowSeconds", 0, Bounds.WindowSeconds)]
    [InlineData("setpoint", "validSeconds", 0, Bounds.ValidSeconds)]
    [InlineData("schedule", "startMs", 0, Bounds.UtcMs)]
    [InlineData("schedule", "slotSeconds", 60, 3600)]
    [InlineData("schedule-priced", "hashpriceMicrosPerTerahashDay", 0, Bounds.HashpriceMicros)]
    [InlineData("command", "action", 0, 2)]
    [InlineData("image", "offset", 0, 141000)]
    [InlineData("ack-image", "storedBytes", 0, Bounds.ImageBytes)]
    public void A_number_outside_its_bounds_refuses_the_message(string name, string field, long least, long most)
    {
        foreach (long good in new[] { least, most })
            Assert.True(TryRead(name, With(name, field, good.ToString()), out string reason), reason);
        string place = name == "energy" && field == "startMs" ? "endMs" : field == "loads[0].minWatts" ? "loads[0].maxWatts" : field;
        AssertRefused(name, With(name, field, (least - 1).ToString()), field + ": ");
        AssertRefused(name, With(name, field, (most + 1).ToString()), place + ": ");
        AssertRefused(name, With(name, field, long.MinValue.ToString()), field + ": ");
    }

    [Theory]
    [InlineData("hello", "board", 1, Bounds.TextLength)]
    [InlineData("hello", "firmware", 1, Bounds.TextLength)]
    [InlineData("hello", "loads[0].name", 1, Bounds.NameLength)]
    [InlineData("hello", "loads[0].driver", 1, Bounds.NameLength)]
    [InlineData("telemetry", "setpoint", 1, Bounds.TextLength)]
    [InlineData("ack", "id", 0, Bounds.TextLength)]
    [InlineData("ack", "reason", 0, Bounds.ReasonLength)]
    [InlineData("event", "load", 0, Bounds.NameLength)]
    [InlineData("event", "detail", 0, Bounds.ReasonLength)]
    [InlineData("setpoint", "id", 1, Bounds.TextLength)]
    [InlineData("setpoint", "reason", 0, Bounds.ReasonLength)]
    [InlineData("command", "argument", 0, Bounds.TextLength)]
    public void A_string_of_the_wrong_length_refuses_the_message(string name, string field, int least, int most)
    {
        foreach (int good in new[] { least, most })
            Assert.True(TryRead(name, With(name, field, $"\"{new string('a', good)}\""), out string reason), reason);
        AssertRefused(name, With(name, field, $"\"{new string('a', most + 1)}\""), $"{field}: is longer than {most} characters");
        if (least > 0)
            AssertRefused(name, With(name, field, "\"\""), $"{field}: 0 characters, fewer than {least}");
    }

    [Theory]
    [InlineData("hello", "loads", 0, Bounds.Loads, "{}")]
    [InlineData("hello", "loads[0].levelWatts", 0, Bounds.Levels, "1")]
    [InlineData("telemetry", "temperatureMilliC", 0, Bounds.Temperatures, "1")]
    [InlineData("telemetry", "loads", 0, Bounds.Loads, "{}")]
    [InlineData("setpoint", "loadWatts", 1, Bounds.Loads, "1")]
    [InlineData("schedule", "limitWatts", 1, Bounds.Slots, "1")]
    [InlineData("schedule-priced", "pricePerMegawattHour", 1, 4, "1")]
    public void A_list_of_the_wrong_length_refuses_the_message(string name, string field, int least, int most, string item)
    {
        string Of(int count) => "[" + string.Join(",", Enumerable.Repeat(item, count)) + "]";
        AssertRefused(name, With(name, field, Of(most + 1)), $"{field}: {most + 1} entries, more than {most}");
        if (least > 0)
            AssertRefused(name, With(name, field, Of(least - 1)), $"{field}: {least - 1} entries, fewer than {least}");
    }

    [Theory]
    [InlineData("hello", "wire", "2", "wire: version 2 is not spoken here, only 1")]
    [InlineData("hello", "loads[0].name", "\"S21\"", "loads[0].name: is not made of a-z, 0-9 and inner hyphens")]
    [InlineData("hello", "loads[1].name", "\"s21-1\"", "loads[1].name: an earlier load has it too")]
    [InlineData("hello", "loads[0].levelWatts", "[2,2]", "loads[0].levelWatts: does not rise")]
    [InlineData("hello", "loads[0].levelWatts", "[-1]", "loads[0].levelWatts: -1 is below 0")]
    [InlineData("telemetry", "temperatureMilliC", "[1,-273151]", "temperatureMilliC: -273151 is below -273150")]
    [InlineData("telemetry", "loads", "[7]", "loads[0].item: is not an object")]
    [InlineData("setpoint", "limitWatts", "99999999", "limitWatts: 99999999 is above 10000000")]
    [InlineData("setpoint", "loadWatts", "[10000001]", "loadWatts: 10000001 is above 10000000")]
    [InlineData("setpoint", "unlimited", "true", "limitWatts: exactly one of limitWatts and \"unlimited\":true is needed")]
    [InlineData("setpoint-unlimited", "unlimited", "false", "limitWatts: exactly one of limitWatts and \"unlimited\":true is needed")]
    [InlineData("schedule", "limitWatts", "[0,-1]", "limitWatts: -1 is below 0")]
    [InlineData("schedule-priced", "pricePerMegawattHour", "[1,10000001]", "pricePerMegawattHour: 10000001 is above 10000000")]
    [InlineData("schedule-priced", "pricePerMegawattHour", "[-10000001]", "pricePerMegawattHour: -10000001 is below -10000000")]
    [InlineData("config", "settings", "{}", "settings: 0 entries, fewer than 1")]
    [InlineData("config", "settings", "[1]", "settings: is not an object")]
    [InlineData("config", "settings", "{\"\":1}", "settings: a name is not 1 to 32 characters long")]
    [InlineData("config", "settings", "{\"failSafeWatts\":1.5}", "failSafeWatts: is not a whole number of 64 bits")]
    [InlineData("config", "settings", "{\"failSafeWatts\":9007199254740992}", "failSafeWatts: 9007199254740992 is above 9007199254740991")]
    public void A_wrong_value_is_refused_with_what_is_wrong(string name, string field, string value, string expected)
    {
        AssertRefused(name, With(name, field, value), expected);
    }

    [Fact]
    public void A_setting_that_is_there_twice_refuses_the_config()
    {
        AssertRefused("config", Messages.Json(Samples.Filled("config")).Replace("heartbeatTimeoutSeconds", "failSafeWatts"),
            "settings: failSafeWatts is there twice");
    }

    [Fact]
    public void A_setpoint_of_false_unlimited_and_a_limit_is_limited()
    {
        Setpoint setpoint = new Setpoint { IsUnlimited = true };
        byte[] payload = Encoding.UTF8.GetBytes(With("setpoint", "unlimited", "false"));
        Assert.True(setpoint.TryRead(payload, payload.Length, out string reason), reason);
        Assert.False(setpoint.IsUnlimited);
        Assert.Equal(9000, setpoint.LimitWatts);
    }

    [Theory]
    [InlineData("[]", "payload: is not an object")]
    [InlineData("7", "payload: is not an object")]
    [InlineData("{\"id\":\"a\"", "payload: byte 9: the document is cut off")]
    public void A_payload_that_is_no_object_is_refused(string payload, string expected)
    {
        foreach (string name in Samples.Names)
            AssertRefused(name, payload, expected);
    }

    [Fact]
    public void A_payload_longer_than_the_limit_or_with_too_many_fields_is_refused()
    {
        AssertRefused("heartbeat", "{}" + new string(' ', Bounds.PayloadBytes - 1), $"payload: {Bounds.PayloadBytes + 1} bytes, more than {Bounds.PayloadBytes}");
        string fields = string.Join(",", Enumerable.Range(0, Bounds.Fields - 1).Select(i => $"\"f{i}\":0"));
        Assert.True(TryRead("heartbeat", Messages.Json(Samples.Filled("heartbeat")).Replace("{", "{" + fields[..^8] + ","), out _));
        AssertRefused("heartbeat", "{\"utcMs\":1,\"epoch\":1," + fields + "}", "payload: has more than 48 fields");
    }

    private static JsonObject Parsed(string name)
    {
        return (JsonObject)JsonNode.Parse(Messages.Json(Samples.Filled(name)))!;
    }

    private static JsonObject Holder(JsonObject message, string place)
    {
        return place == "" ? message : (JsonObject)message["loads"]![place[6] - '0']!;
    }

    private static string With(string name, string field, string value)
    {
        JsonObject message = Parsed(name);
        int dot = field.IndexOf('.');
        Holder(message, field[..(dot + 1)])[field[(dot + 1)..]] = JsonNode.Parse(value);
        return message.ToJsonString();
    }

    private static bool TryRead(string name, string json, out string reason)
    {
        byte[] payload = Encoding.UTF8.GetBytes(json);
        return Messages.EmptyLike(Samples.Filled(name)).TryRead(payload, payload.Length, out reason);
    }

    private static void AssertRefused(string name, string json, string expected)
    {
        Assert.False(TryRead(name, json, out string reason), json);
        Assert.StartsWith(expected, reason);
    }
}
