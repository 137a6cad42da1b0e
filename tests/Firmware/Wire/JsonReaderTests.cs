using System.Numerics;
using System.Text;
using CsCheck;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

public sealed class JsonReaderTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(" [ 1 , -0 , 1.5e+3 , true , false , null , \"\" , { \"a\" : [ ] } ] ")]
    [InlineData("\"\\u00e9\\uD83D\\uDE00\\n\\/\"")]
    [InlineData("[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]")]
    public void Accepts_strict_json(string json)
    {
        Assert.True(new JsonReader().TryStart(Bytes(json), Bytes(json).Length, out string reason), reason);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("   ", "cut off")]
    [InlineData("{", "cut off")]
    [InlineData("{\"a\"", "cut off")]
    [InlineData("{\"a\":", "cut off")]
    [InlineData("{\"a\":1", "cut off")]
    [InlineData("\"a", "cut off")]
    [InlineData("{\"a\":1,}", "byte 7: a field name is missing")]
    [InlineData("[1,]", "byte 3: not a value")]
    [InlineData("[1 2]", "byte 3: a comma or closing bracket is missing")]
    [InlineData("{a:1}", "byte 1: a field name is missing")]
    [InlineData("{\"a\" 1}", "byte 5: a colon is missing")]
    [InlineData("[1}", "byte 2: a comma")]
    [InlineData("{} {}", "byte 3: something follows the document")]
    [InlineData("{}\0", "byte 2: something follows the document")]
    [InlineData("[NaN]", "byte 1: not a value")]
    [InlineData("[Infinity]", "byte 1: not a value")]
    [InlineData("[nulL]", "byte 4: not a value")]
    [InlineData("[01]", "byte 3: a number begins with zero")]
    [InlineData("[-]", "byte 2: a digit is missing")]
    [InlineData("[1.]", "byte 3: a digit is missing")]
    [InlineData("[1e]", "byte 3: a digit is missing")]
    [InlineData("[+1]", "byte 1: not a value")]
    [InlineData("[.5]", "byte 1: not a value")]
    [InlineData("['a']", "byte 1: not a value")]
    [InlineData("[\"a\tb\"]", "byte 3: a control character")]
    [InlineData("[\"a\0b\"]", "byte 3: a control character")]
    [InlineData("[\"\\u0000\"]", "byte 2: a zero character")]
    [InlineData("[\"\\x\"]", "byte 2: not an escape")]
    [InlineData("[\"\\u12g4\"]", "byte 2: not four hex digits")]
    [InlineData("[\"\\u\u001112\"]", "byte 2: not four hex digits")]
    [InlineData("[\"\\uD83D\"]", "byte 2: half a surrogate pair")]
    [InlineData("[\"\\uDE00\"]", "byte 2: half a surrogate pair")]
    [InlineData("[\"\\uD83D\\u0041\"]", "byte 2: half a surrogate pair")]
    [InlineData("[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", "byte 16: nesting is deeper than 16")]
    [InlineData("\uFEFF{}", "byte 0: not a value")]
    public void Refuses_what_is_not_strict_json_and_says_where(string json, string expected)
    {
        byte[] bytes = Bytes(json);
        Assert.False(new JsonReader().TryStart(bytes, bytes.Length, out string reason));
        Assert.Contains(expected, reason);
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xE0, 0x80, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF0, 0x80, 0x80, 0xAF })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    public void Refuses_invalid_utf8(byte[] bad)
    {
        byte[] bytes = [(byte)'"', .. bad, (byte)'"'];
        Assert.False(new JsonReader().TryStart(bytes, bytes.Length, out string reason));
        Assert.Equal("byte 1: not valid UTF-8", reason);
    }

    [Fact]
    public void Refuses_a_length_outside_the_buffer()
    {
        Assert.False(new JsonReader().TryStart(new byte[4], 5, out string reason));
        Assert.Equal("the document is longer than its buffer", reason);
        Assert.False(new JsonReader().TryStart(null, 5, out _));
        Assert.False(new JsonReader().TryStart(new byte[4], -1, out _));
    }

    [Fact]
    public void Reads_any_string_as_the_json_of_the_platform_does()
    {
        Gen.String.Sample(text =>
        {
            string clean = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "");
            string json = System.Text.Json.JsonSerializer.Serialize(clean);
            JsonReader escaped = Started(json);
            bool same = escaped.StringIs(clean) && !escaped.StringIs(clean + "x");
            return same && escaped.TryString(clean.Length, out string read) && read == clean
                && (clean.Length == 0 || !Started(json).TryString(clean.Length - 1, out _));
        });
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    public void Reads_whole_numbers(string json, long expected)
    {
        Assert.True(Started(json).TryLong(long.MinValue, long.MaxValue, out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("5.0")]
    [InlineData("5e0")]
    [InlineData("5E+2")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("\"5\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("[5]")]
    public void Refuses_what_is_not_a_whole_number(string json)
    {
        Assert.False(Started(json).TryLong(long.MinValue, long.MaxValue, out long value));
        Assert.Equal(0, value);
    }

    [Fact]
    public void Refuses_a_number_outside_the_bounds_and_leaves_it_to_be_skipped()
    {
        JsonReader json = Started("[7,8]");
        Assert.True(json.EnterArray() && json.NextItem());
        Assert.False(json.TryInt(8, 9, out _));
        Assert.False(json.TryInt(5, 6, out _));
        Assert.True(json.NextItem() && json.TryInt(8, 8, out int value) && value == 8);
        Assert.False(json.NextItem());
    }

    [Theory]
    [InlineData("15.37", 3, 15370)]
    [InlineData("\"15.37\"", 3, 15370)]
    [InlineData("-15.37", 1, -154)]
    [InlineData("0.0005", 3, 1)]
    [InlineData("0.00049", 3, 0)]
    [InlineData("-2.5", 0, -3)]
    [InlineData("1.5e3", 0, 1500)]
    [InlineData("1500e-3", 2, 150)]
    [InlineData("9e-1", 0, 1)]
    [InlineData("5e-2", 0, 0)]
    [InlineData("0e999999999999", 3, 0)]
    [InlineData("1e-999999999999", 3, 0)]
    [InlineData("9223372036854775.807", 3, long.MaxValue)]
    [InlineData("-9223372036854775.808", 3, long.MinValue)]
    public void Reads_a_number_as_a_scaled_integer(string json, int decimals, long expected)
    {
        Assert.True(Started(json).TryScaled(decimals, out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1e999999999999")]
    [InlineData("9223372036854775.8075")]
    [InlineData("9223372036854775.808")]
    [InlineData("-9223372036854775.8085")]
    [InlineData("\"\"")]
    [InlineData("\"15,37\"")]
    [InlineData("\"15.37 W\"")]
    [InlineData("\"01\"")]
    [InlineData("\"1-2\"")]
    [InlineData("\"-\"")]
    [InlineData("\"4.3M\"")]
    [InlineData("\"\\u0031\"")]
    [InlineData("true")]
    public void Refuses_what_is_not_a_number_that_fits(string json)
    {
        Assert.False(Started(json).TryScaled(3, out _));
    }

    [Fact]
    public void Scales_any_decimal_number_exactly()
    {
        Gen.Select(Gen.Long, Gen.Int[0, 30], Gen.Int[-30, 30], Gen.Int[0, 9]).Sample((digits, point, exponent, decimals) =>
        {
            string sign = digits < 0 ? "-" : "";
            string all = BigInteger.Abs(digits).ToString().PadLeft(point + 1, '0');
            string json = sign + all[..^point] + (point > 0 ? "." + all[^point..] : "") + "e" + exponent;
            int shift = exponent - point + decimals;
            BigInteger power = BigInteger.Pow(10, System.Math.Abs(shift));
            BigInteger magnitude = BigInteger.Abs(digits);
            BigInteger exact = shift >= 0 ? magnitude * power : (2 * magnitude + power) / (2 * power);
            BigInteger expected = digits < 0 ? -exact : exact;
            bool fits = expected >= long.MinValue && expected <= long.MaxValue;
            return Started(json).TryScaled(decimals, out long value) == fits && (!fits || value == expected);
        });
    }

    [Fact]
    public void Skips_what_is_not_read_however_deep_it_is()
    {
        JsonReader json = Started("""{"x":{"a":[1,{"b":"]}\""}],"watts":1},"y":[[],{}],"watts":2 , "z":1.5e-3}""");
        int fields = 0;
        long watts = 0;
        Assert.True(json.EnterObject());
        for (; json.NextField(); fields++)
        {
            if (json.NameIs("watts"))
                Assert.True(json.TryLong(0, 10, out watts));
        }
        Assert.Equal(4, fields);
        Assert.Equal(2, watts);
    }

    [Fact]
    public void Steps_out_of_an_object_that_is_only_partly_read()
    {
        JsonReader json = Started("""[{"a":1,"b":[2,3]},{"a":4}]""");
        Assert.True(json.EnterArray() && json.NextItem() && json.EnterObject() && json.NextField());
        Assert.True(json.TryLong(0, 9, out _));
        json.Leave();
        Assert.True(json.NextItem() && json.EnterObject() && json.NextField());
        Assert.True(json.TryLong(0, 9, out long value));
        Assert.Equal(4, value);
    }

    [Fact]
    public void Finds_fields_at_any_depth_in_the_order_they_come()
    {
        JsonReader json = Started("""
            {"STATUS":[{"STATUS":"S","Msg":"\"Watts\":1"}],"POWER":[{"Watts":3450.5,"Pow\u0065r":7}],"TEMPS":[{"Board":61.5},{"Board":null}]}
            """);
        Assert.True(json.Find("POWER") && json.Find("Watts") && json.TryScaled(3, out long milliwatts) && milliwatts == 3450500);
        Assert.True(json.Find("Power") && json.TryInt(7, 7, out _));
        Assert.True(json.Find("Board") && json.TryScaled(3, out long first) && first == 61500);
        Assert.True(json.Find("Board") && json.IsNull());
        Assert.False(json.Find("Board"));
        json.Rewind();
        Assert.True(json.Find("STATUS") && json.Find("STATUS") && json.StringIs("S"));
    }

    [Fact]
    public void Reads_nothing_where_it_stands_on_no_value()
    {
        JsonReader json = Started("""{"a":true}""");
        Assert.True(json.EnterObject());
        Assert.False(json.TryString(9, out _) || json.StringIs("a") || json.IsString);
        Assert.True(json.NextField() && json.TryBool(out bool value) && value);
        Assert.False(json.TryBool(out _) || json.EnterObject() || json.NextField() || json.NextField() || json.NextItem());
    }

    private static JsonReader Started(string json)
    {
        JsonReader reader = new JsonReader();
        Assert.True(reader.TryStart(Bytes(json), Bytes(json).Length, out string reason), reason);
        return reader;
    }

    private static byte[] Bytes(string json)
    {
        return Encoding.UTF8.GetBytes(json);
    }
}
