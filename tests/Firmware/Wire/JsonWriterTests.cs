using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Wire;

public sealed class JsonWriterTests
{
    [Fact]
    public void Writes_objects_arrays_and_values_with_commas_between()
    {
        JsonWriter json = new JsonWriter();
        byte[] buffer = new byte[200];
        json.Start(buffer);
        json.BeginObject();
        json.Field("a", 1);
        json.BeginArray("b");
        json.Item(-2);
        json.Item("[");
        json.BeginObject();
        json.Field("c", true);
        json.EndObject();
        json.BeginArray();
        json.EndArray();
        json.EndArray();
        json.BeginObject("d");
        json.Field("e", false);
        json.Field("f", null);
        json.EndObject();
        json.EndObject();
        string expected = """{"a":1,"b":[-2,"[",{"c":true},[]],"d":{"e":false,"f":""}}""";
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer, 0, json.Length));
    }

    [Fact]
    public void Writes_any_number_and_string_so_that_the_platform_reads_it_back()
    {
        Gen.Select(Gen.Long, Gen.String).Sample((number, text) =>
        {
            JsonWriter json = new JsonWriter();
            byte[] buffer = new byte[4096];
            json.Start(buffer);
            json.BeginObject();
            json.Field("number", number);
            json.Field("text", text);
            json.EndObject();
            JsonNode read = JsonNode.Parse(Encoding.UTF8.GetString(buffer, 0, json.Length))!;
            string carried = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
            return read["number"]!.GetValue<long>() == number && read["text"]!.GetValue<string>() == carried;
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(-10)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void Writes_the_ends_of_the_number_range(long value)
    {
        JsonWriter json = new JsonWriter();
        byte[] buffer = new byte[20];
        json.Start(buffer);
        json.Item(value);
        Assert.Equal(value.ToString(), Encoding.UTF8.GetString(buffer, 0, json.Length));
    }

    [Fact]
    public void Cuts_a_string_only_between_characters()
    {
        JsonWriter json = new JsonWriter();
        byte[] buffer = new byte[50];
        json.Start(buffer);
        json.BeginObject();
        json.Field("a", "xy🔌", 3);
        json.EndObject();
        Assert.Equal("{\"a\":\"xy\uFFFD\"}", Encoding.UTF8.GetString(buffer, 0, json.Length));
    }
}
