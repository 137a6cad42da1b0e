using System;
using System.Text;
using Fleet.Drivers;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class FieldScannerTests
{
    private readonly FieldScanner _scanner = new("power,name,pow;temp");

    [Theory]
    [InlineData("{\"power\":17}", 17_000)]
    [InlineData("{\"power\":17.530000686645508,\"x\":1}", 17_530)]
    [InlineData("{\"power\": -0.0015 }", -1)]
    [InlineData("{\"power\":1.5e3}", 1_500_000)]
    [InlineData("{\"power\":15E-1}", 1_500)]
    [InlineData("{\"power\":\"42\"}", 42_000)]
    [InlineData("{ \"power\"\r\n:\t9\r\n}", 9_000)]
    [InlineData("{\"a\":{\"power\":1},\"power\":2}", 1_000)]
    [InlineData("{\"a\":\"\\\"power\\\":5\",\"power\":2}", 2_000)]
    [InlineData("{\"a\":\"power\",\"power\":2}", 2_000)]
    [InlineData("{\"power\":[3],\"power\":2}", 2_000)]
    [InlineData("{\"\"temp0\":1,\"power\":2}", 2_000)]
    [InlineData("{\"error_code\":{\"206\",\"400\"},\"power\":2}", 2_000)]
    [InlineData(",{\"power\":2,}", 2_000)]
    [InlineData("{\"a\":\"\",\"power\":2}", 2_000)]
    [InlineData("{\"power\":999999999999}", 999_999_999_999_000)]
    public void Reads_a_number_in_thousandths(string json, long milli)
    {
        Take(json);
        Assert.True(_scanner.TryMilli(0, out long read));
        Assert.Equal(milli, read);
    }

    [Theory]
    [InlineData("{\"power\":inf}")]
    [InlineData("{\"power\":\"nan\"}")]
    [InlineData("{\"power\":null}")]
    [InlineData("{\"power\":true}")]
    [InlineData("{\"power\":0x10}")]
    [InlineData("{\"power\":1e}")]
    [InlineData("{\"power\":1e+}")]
    [InlineData("{\"power\":.}")]
    [InlineData("{\"power\":-}")]
    [InlineData("{\"power\":1.2.3}")]
    [InlineData("{\"power\":1e30}")]
    [InlineData("{\"power\":99999999999999999999999999999999}")]
    [InlineData("{\"power\":\"\"}")]
    [InlineData("{\"power\":1.234567890123456789012e5}")]
    [InlineData("{\"power\":17")]
    [InlineData("{\"power\":\"17")]
    [InlineData("{\"Power\":17}")]
    [InlineData("{\"powers\":17}")]
    [InlineData("[\"power\",17]")]
    public void Has_no_number_of_what_is_none(string json)
    {
        Take(json);
        Assert.False(_scanner.TryMilli(0, out _));
    }

    [Theory]
    [InlineData(MalformedJson.CommaBeforeBrace)]
    [InlineData(MalformedJson.Newlines)]
    [InlineData(MalformedJson.JoinedObjects)]
    [InlineData(MalformedJson.CommaAfterBracket)]
    [InlineData(MalformedJson.DoubledQuote)]
    [InlineData(MalformedJson.Infinity)]
    [InlineData(MalformedJson.NotANumber)]
    [InlineData(MalformedJson.LeadingComma)]
    [InlineData(MalformedJson.TruncatedTail)]
    [InlineData(MalformedJson.ListLikeObject)]
    [InlineData(MalformedJson.TrailingNuls)]
    public void Reads_the_malformed_json_of_the_field(MalformedJson way)
    {
        const string Sound = "{\"STATUS\":[{\"Code\":11,\"name\":\"ok\"}],\"a\":{\"temp\":63.5},\"power\":17,\"b\":{\"power\":1},\"tail\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]}";
        FieldScanner scanner = new("name,a/temp,b/power,power");
        byte[] bytes = way.Break(Encoding.UTF8.GetBytes(Sound));
        scanner.Take(bytes, 0, bytes.Length);
        Assert.True(scanner.Is(0, "ok"));
        long[] read = new long[3];
        for (int i = 0; i < read.Length; i++)
            Assert.True(scanner.TryMilli(i + 1, out read[i]));
        Assert.Equal([63_500, 1_000, 17_000], read);
    }

    [Fact]
    public void Keeps_the_highest_of_a_marked_name_and_the_first_of_others()
    {
        Take("{\"temp\":41,\"temp\":\"nan\",\"temp\":63.5,\"temp\":-1,\"name\":\"one\",\"name\":\"two\"}");
        Assert.True(_scanner.TryMilli(3, out long milli));
        Assert.Equal(63_500, milli);
        Assert.True(_scanner.Is(1, "one"));
        Assert.Equal("one", _scanner.Text(1));
    }

    [Fact]
    public void Forgets_everything_at_a_new_reply_even_in_the_middle_of_a_value()
    {
        Take("{\"power\":17,\"name\":\"ab");
        _scanner.Reset();
        Take("{\"pow\":1}");
        Assert.False(_scanner.Has(0));
        Assert.False(_scanner.Has(1));
        Assert.True(_scanner.Has(2));
    }

    [Theory]
    [InlineData("{\"temp\":[41,63.5,-1],\"name\":[7],\"power\":90}")]
    [InlineData("{\"temp\": [ 41.5 , \"63.5\" ],\"x\":[99],\"y\":99}")]
    [InlineData("{\"temp\":[],\"x\":99,\"temp\":63.5,\"y\":[98]}")]
    [InlineData("{\"temp\":[63.5,{\"x\":99},98],\"z\":97}")]
    public void Keeps_the_highest_of_a_marked_list(string json)
    {
        Take(json);
        Assert.True(_scanner.TryMilli(3, out long milli));
        Assert.Equal(63_500, milli);
        Assert.False(_scanner.Has(1));
    }

    [Theory]
    [InlineData("{\"dps\":{\"power_target\":{\"max\":{\"watt\":1}}},\"tuner\":{\"rate\":{\"max\":{\"watt\":2}},\"power_target\":{\"min\":{\"watt\":3},\"max\":{\"watt\":4}}}}")]
    [InlineData("{\"tuner\":{\"power_target\":{\"error_code\":{\"206\",\"400\"},\"list\":[{\"a\":1},{}],\"max\" : { \"watt\":4},}}}")]
    [InlineData("{}}}{\"watt\":9,\"tuner\":{\"power_target\":{\"max\":{\"a_name_longer_than_any_that_is_wanted_at_all\":{},\"watt\":\"4\"}}}")]
    [InlineData("{\"tuner\":{\"power_target\":{\"x\":\"}}}{\",\"max\":{\"watt\":4,\"max\":{\"watt\":5}}}}}{\"tuner\":{}}")]
    public void Finds_a_name_within_the_objects_it_is_asked_for(string json)
    {
        FieldScanner scanner = new("tuner/power_target/max/watt");
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        scanner.Take(bytes, 0, bytes.Length);
        Assert.True(scanner.TryMilli(0, out long milli));
        Assert.Equal(4_000, milli);
    }

    [Theory]
    [InlineData("{\"power_target\":{\"max\":{\"watt\":4}}}")]
    [InlineData("{\"tuner\":{\"power_target\":{\"max\":{\"more\":{\"watt\":4}}}}}")]
    [InlineData("{\"tuner\":{\"power_target\":{\"max\":{}},\"watt\":4}}")]
    [InlineData("{\"tuner/power_target/max/watt\":4}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"tuner\":{\"power_target\":{\"max\":{\"watt\":4}}}}}}}}}}")]
    public void Finds_no_name_elsewhere(string json)
    {
        FieldScanner scanner = new("tuner/power_target/max/watt");
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        scanner.Take(bytes, 0, bytes.Length);
        Assert.False(scanner.Has(0));
    }

    [Theory]
    [InlineData("{\"power\":0.4}", true, 0)]
    [InlineData("{\"power\":99.5}", true, 100)]
    [InlineData("{\"power\":100.4}", true, 100)]
    [InlineData("{\"power\":100.5}", false, 0)]
    [InlineData("{\"power\":-1}", false, 0)]
    public void Rounds_to_whole_numbers_within_bounds(string json, bool isSound, long whole)
    {
        Take(json);
        Assert.Equal(isSound, _scanner.TryWhole(0, 100, out long read));
        Assert.Equal(whole, read);
    }

    [Fact]
    public void Never_throws_and_forgets_all_whatever_it_is_fed()
    {
        Random chance = new(3);
        const string Letters = "{}[]\",:\\ power17.e-null\0\n";
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = new byte[chance.Next(200)];
            chance.NextBytes(bytes);
            for (int j = 0; j < bytes.Length && i % 2 == 0; j++)
                bytes[j] = (byte)Letters[bytes[j] % Letters.Length];
            _scanner.Take(bytes, 0, bytes.Length);
            _scanner.TryMilli(0, out _);
            _scanner.Reset();
            Take("{\"power\":17}");
            Assert.True(_scanner.TryMilli(0, out long milli) && milli == 17_000);
            _scanner.Reset();
        }
    }

    [Fact]
    public void Reads_the_same_in_pieces_of_any_size()
    {
        byte[] json = Encoding.UTF8.GetBytes("{\"\"temp0\":1,\"a\":\"x\\\"y\",\"power\" : 17.25 ,\"name\":\"box\",\"temp\":4,\"temp\":5,}");
        for (int size = 1; size <= json.Length; size++)
        {
            _scanner.Reset();
            for (int at = 0; at < json.Length; at += size)
                _scanner.Take(json, at, int.Min(size, json.Length - at));
            Assert.True(_scanner.TryMilli(0, out long power) && _scanner.TryMilli(3, out long temp) && power == 17_250 && temp == 5_000);
            Assert.True(_scanner.Is(1, "box"));
        }
    }

    private void Take(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        _scanner.Take(bytes, 0, bytes.Length);
    }
}
