using System;
using System.Collections.Generic;
using System.Text;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Tidy.Device;

/// <summary>What one driver of a load keeps on the device's heap after it has polled and ordered.</summary>
public sealed class LoadHeapTests(ITestOutputHelper output)
{
    private static readonly Dictionary<string, Func<LoadAbility, IDialer, LoadDriver>> Drivers = new()
    {
        ["axeos"] = (ability, dialer) => new AxeOs(ability, dialer, "10.0.0.21", 80),
        ["luxos"] = (ability, dialer) => new LuxOs(ability, dialer, "10.0.0.21", 4028),
        ["avalon"] = (ability, dialer) => new Avalon(ability, dialer, "10.0.0.21", 4028),
        ["cgminer"] = (ability, dialer) => new Cgminer(ability, dialer, "10.0.0.21", 4028),
        ["braiins"] = (ability, dialer) => new Braiins(ability, dialer, "10.0.0.21", 80, "root", "a password of thirty-two letters"),
        ["vnish"] = (ability, dialer) => new Vnish(ability, dialer, "10.0.0.21", 80, "a password of thirty-two letters"),
        ["whatsminer"] = (ability, dialer) => new Whatsminer(ability, dialer, "10.0.0.21", 4433, "super", "a password of thirty-two letters"),
    };

    [Theory]
    [InlineData("axeos")]
    [InlineData("luxos")]
    [InlineData("avalon")]
    [InlineData("cgminer")]
    [InlineData("braiins")]
    [InlineData("vnish")]
    [InlineData("whatsminer")]
    public void The_objects_of_a_driver_keep_their_budget(string name)
    {
        LoadAbility ability = new() { Name = "load-1", Driver = name, MinWatts = 800, MaxWatts = 3_500, LevelWatts = [800, 1_300, 1_674] };
        LoadDriver driver = Drivers[name](ability, new Everything(name));
        driver.Apply(1_300);
        for (long nowMs = 0; nowMs < 60_000; nowMs += 100)
            driver.Step(nowMs);
        Assert.True(driver.TryRead(new LoadReading()));
        DeviceHeap heap = new(typeof(Bounds).Assembly, typeof(Controller).Assembly, typeof(DriverTable).Assembly);
        int statics = heap.Bytes;
        int bytes = heap.Add(driver).Bytes - statics;
        output.WriteLine($"{name}: {bytes} B\n{heap.Table(12)}");
        Assert.InRange(bytes, 1_000, 2_400);
    }

    /// <summary>Answers whatever is asked with everything any driver looks for.</summary>
    private sealed class Everything(string name) : IDialer, IByteChannel
    {
        private const string Json = "{\"STATUS\":[{\"STATUS\":\"S\",\"Code\":1,\"When\":1}],\"token\":\"eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NjcyMjg5NjgsImlzcyI6InZuaXNoIn0.kX9mQe7vT2sYw4nZc1hUjR8bLp6oDg3iFa5tMx0y\","
            + "\"code\":0,\"when\":1,\"salt\":\"QbVy1Ou3\",\"working\":\"true\",\"power-limit-set\":\"1300\",\"power-realtime\":1300,\"power\":17,\"frequency\":500,\"hashRate\":900,"
            + "\"SessionID\":\"abcdef01\",\"Watts\":1300,\"CurtailMode\":\"None\",\"IdealPowerTarget\":1300,\"GHS 5s\":90000,\"status\":2,\"power_target\":{\"watt\":1300},"
            + "\"approximated_consumption\":{\"watt\":1300},\"miner\":{\"power_consumption\":1300,\"miner_status\":{\"miner_state\":\"mining\"}},\"current_preset\":{\"name\":\"1300\"}}";

        private const string Text = "STATUS=S,When=1|STATS=0,MM ID0=Ver[Q-25052801_14a19a2] SYSTEMSTATU[Work: In Work, Hash Board: 1] PS[0 1 2 3 4 5 1300] GHSspd[5.0] WORKMODE[1]|\0";

        private byte[] _reply = [];
        private int _at;

        public IByteChannel Dial(string host, int port, int timeoutMs) => this;

        public bool Write(byte[] buffer, int offset, int count)
        {
            _at = 0;
            _reply = name switch
            {
                "avalon" => Encoding.ASCII.GetBytes(Text),
                "luxos" or "cgminer" => Encoding.ASCII.GetBytes(Json + "\0"),
                "whatsminer" => [(byte)Json.Length, (byte)(Json.Length >> 8), 0, 0, .. Encoding.ASCII.GetBytes(Json)],
                _ => Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Json.Length}\r\n\r\n{Json}"),
            };
            return true;
        }

        public int Read(byte[] buffer, int offset, int count, ref int leftMs)
        {
            int taken = int.Min(count, _reply.Length - _at);
            Array.Copy(_reply, _at, buffer, offset, taken);
            _at += taken;
            return taken;
        }

        public void Close()
        {
        }
    }
}
