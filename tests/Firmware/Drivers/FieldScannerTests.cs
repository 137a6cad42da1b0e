using System;
using System.Text;
using Fleet.Drivers;
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
