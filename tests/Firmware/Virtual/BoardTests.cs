using System;
using System.Threading.Tasks;
using Fleet.Drivers;
using Fleet.Virtual;
using Fleet.Virtual.Plant;
using Fleet.Virtual.Ports;
using Xunit;

namespace Fleet.Tests.Firmware.Virtual;

/// <summary>The ports of a virtual board, as drivers use them.</summary>
public sealed class BoardTests
{
    private static readonly SpeedClock Clock = new(60, DateTimeOffset.UnixEpoch);
    private readonly byte[] _buffer = new byte[64];

    [Fact]
    public void An_output_drives_the_relay_and_shows_its_feedback()
    {
        var model = Plants.Warm(PlantRatings.AntminerS21);
        var relay = new Relay(model) { HasFeedback = true };
        var pin = new VirtualBoard(new PlantNetwork()).Wire("r1", relay).Output("r1")!;

        pin.Set(false);

        Assert.True(pin.HasFeedback);
        Assert.False(pin.Feedback);
        Assert.Equal(PlantState.Dark, model.State);
    }

    [Fact]
    public void A_part_the_board_has_not_is_none()
    {
        var board = new VirtualBoard(new PlantNetwork());

        Assert.Null(board.Output("r1"));
        Assert.Null(board.Serial("rs485", 9600));
    }

    [Fact]
    public void A_serial_line_comes_back_after_its_device_has_hung_up()
    {
        var line = new ModbusLine(() => Clock.NowMs, EastronMeter.Sdm120(1, Plants.Warm(PlantRatings.BitaxeGamma)));
        var bus = new ModbusBus(new VirtualBoard(new PlantNetwork()).Wire("rs485", line).Serial("rs485", 9600)!);
        line.Fault = LineFault.Partial;
        Assert.Equal(Outcome.Silent, bus.Read(1, 0x000C, 2, out _, out _));

        line.Fault = LineFault.None;

        Assert.Equal(Outcome.Complete, bus.Read(1, 0x000C, 2, out var hasValue, out _));
        Assert.True(hasValue);
    }

    [Fact]
    public async Task Both_networks_carry_a_question_and_its_answer()
    {
        await using var host = new DeviceHost(Clock);
        var network = new PlantNetwork();
        var box = new AiBoxDevice(Plants.Warm(PlantRatings.AiBox60));
        foreach (var (dialer, place) in new (IDialer, System.Net.IPEndPoint)[] { (new TcpDialer(Clock), host.Serve(box)), (network, network.Serve(box)) })
        {
            var channel = dialer.Dial("127.0.0.1", place.Port, 1_000)!;
            Assert.True(channel.Write("{\"cmd\":\"status\"}\n"u8.ToArray(), 0, 17));
            var leftMs = 60_000;
            Assert.True(channel.Read(_buffer, 0, _buffer.Length, ref leftMs) > 0);
            Assert.True(leftMs > 0);
            channel.Close();
        }
    }

    [Fact]
    public async Task A_silent_device_costs_its_time_out_and_no_more()
    {
        await using var host = new DeviceHost(Clock);
        var network = new PlantNetwork();
        var box = new AiBoxDevice(Plants.Warm(PlantRatings.AiBox60)) { Fault = LineFault.Silent };
        foreach (var (dialer, place) in new (IDialer, System.Net.IPEndPoint)[] { (new TcpDialer(Clock), host.Serve(box)), (network, network.Serve(box)) })
        {
            var channel = dialer.Dial("127.0.0.1", place.Port, 1_000)!;
            Assert.True(channel.Write("{\"cmd\":\"status\"}\n"u8.ToArray(), 0, 17));
            var leftMs = 300;
            Assert.Equal(0, channel.Read(_buffer, 0, _buffer.Length, ref leftMs));
            Assert.Equal(0, leftMs);
            channel.Close();
        }
    }

    [Fact]
    public void Nobody_there_is_no_connection()
    {
        Assert.Null(new TcpDialer(Clock).Dial("127.0.0.1", 1, 1_000));
        Assert.Null(new PlantNetwork().Dial("127.0.0.1", 10_000, 1_000));
    }
}
