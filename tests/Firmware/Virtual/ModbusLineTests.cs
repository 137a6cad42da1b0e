using System;
using System.Buffers.Binary;
using Fleet.Virtual.Plant;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

public sealed class ModbusLineTests
{
    /// <summary>The first example of Eastron's SDM630 protocol document: 230.2 V, as 43 66 33 34.</summary>
    private const string DocumentVolts = "01040443663334" + "1B38";

    private readonly PlantModel[] _loads =
    [
        Plants.Warm(PlantRatings.AntminerS21, 1), Plants.Warm(PlantRatings.AntminerS19Xp, 2),
        Plants.Warm(PlantRatings.AntminerS19jPro, 3), Plants.Warm(PlantRatings.BitaxeGamma, 4),
    ];

    private readonly EastronMeter _meter;
    private readonly ModbusLine _line;
    private long _nowMs;

    public ModbusLineTests()
    {
        _meter = EastronMeter.Sdm630(1, _loads);
        _meter.Volts = BitConverter.UInt32BitsToSingle(0x43663334);
        _line = new ModbusLine(() => _nowMs, _meter, EastronMeter.Sdm120(2, _loads[0]));
    }

    [Fact]
    public void Answers_the_example_of_the_makers_document() => Assert.Equal(DocumentVolts, _line.AskHex("01040000000271CB"));

    [Theory]
    [InlineData("010300000002C40B", "01830180F0")] // function 3: illegal function
    [InlineData("010400010002200B", "018402C2C1")] // odd address: illegal address
    [InlineData("010401580002F1E4", "018402C2C1")] // past the last register
    [InlineData("010400000000F00A", "0184030301")] // no registers: illegal value
    [InlineData("01040000005271F7", "0184030301")] // 41 pairs
    [InlineData("01040000000271CC", "")] // wrong CRC
    [InlineData("0904000000027083", "")] // nobody's address, whatever its CRC
    [InlineData("000400000002701A", "")] // broadcast
    [InlineData("0110001C000204410C000026C9", "0190018DC0")] // write of two registers: illegal function
    public void Refuses_or_keeps_silent_as_modbus_asks(string request, string answer) =>
        Assert.Equal(answer, _line.AskHex(request));

    [Fact]
    public void Measures_the_loads_phase_by_phase_and_in_total()
    {
        double[] watts = [(_loads[0].Milliwatts + _loads[3].Milliwatts) / 1e3, _loads[1].Milliwatts / 1e3, _loads[2].Milliwatts / 1e3];
        for (var phase = 0; phase < 3; phase++)
        {
            Assert.Equal((float)watts[phase], _meter.Read(0x000C + 2 * phase));
            Assert.Equal(watts[phase], _meter.Read(2 * phase) * _meter.Read(6 + 2 * phase) * _meter.Read(0x001E + 2 * phase), 0.01);
        }

        var (total, milliwattHours) = (0L, 0L);
        foreach (var load in _loads)
            (total, milliwattHours) = (total + load.Milliwatts, milliwattHours + load.MilliwattHours);
        Assert.Equal(total / 1e3, Registers(1, 0x0034), 0.01);
        Assert.Equal(50, Registers(1, 0x0046));
        Assert.Equal(milliwattHours / 1e6, Registers(1, 0x0048), 0.001);
        Assert.Equal(milliwattHours / 1e6, Registers(1, 0x0156), 0.001);
        Assert.Equal(0, Registers(1, 0x004A));
    }

    [Fact]
    public void Measures_one_phase_with_the_small_meter()
    {
        Assert.Equal(_loads[0].Milliwatts / 1e3, Registers(2, 0x000C), 0.01);
        Assert.Equal(0, Registers(2, 0x0002));
        Assert.Equal(0, Registers(2, 0x0034));
        Assert.Equal(_loads[0].MilliwattHours / 1e6, Registers(2, 0x0156), 0.001);
    }

    [Fact]
    public void Answers_a_block_in_one_frame()
    {
        var answer = _line.AskHex("01040000000E71CE");
        Assert.Equal(2 * (3 + 28 + 2), answer.Length);
        Assert.StartsWith("01041C43663334", answer);
    }

    [Fact]
    public void Finds_a_frame_that_comes_byte_by_byte_and_two_that_come_as_one()
    {
        var connection = new DeviceLine(_line);
        foreach (var one in Convert.FromHexString("01040000000271CB"))
            connection.Write([one]);
        Assert.Equal(DocumentVolts, Convert.ToHexString(Plants.ReadAll(connection)));
        connection.Write(Convert.FromHexString("01040000000271CB" + "01040000000271CB"));
        Assert.Equal(DocumentVolts + DocumentVolts, Convert.ToHexString(Plants.ReadAll(connection)));
    }

    [Fact]
    public void Forgets_a_frame_cut_short_after_a_pause_and_garbage_at_once()
    {
        var connection = new DeviceLine(_line);
        connection.Write([1, 4, 0]);
        _nowMs += ModbusLine.GapMs;
        connection.Write(Convert.FromHexString("01040000000271CB"));
        Assert.Equal(DocumentVolts, Convert.ToHexString(Plants.ReadAll(connection)));
        connection.Write(Convert.FromHexString("FFFFFFFFFFFFFFFFFFFF"));
        Assert.Empty(Plants.ReadAll(connection));
        connection.Write(Convert.FromHexString("01040000000271CB"));
        Assert.Equal(DocumentVolts, Convert.ToHexString(Plants.ReadAll(connection)));
    }

    [Fact]
    public void Is_silent_without_power()
    {
        _line.IsDark = true;
        Assert.Equal("", _line.AskHex("01040000000271CB"));
    }

    private float Registers(byte unit, ushort address)
    {
        var request = new byte[8];
        (request[0], request[1], request[5]) = (unit, 4, 2);
        BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(2), address);
        BinaryPrimitives.WriteUInt16LittleEndian(request.AsSpan(6), ModbusLine.Crc(request.AsSpan(0, 6)));
        var answer = Convert.FromHexString(_line.AskHex(Convert.ToHexString(request)));
        Assert.Equal(9, answer.Length);
        return BinaryPrimitives.ReadSingleBigEndian(answer.AsSpan(3));
    }
}
