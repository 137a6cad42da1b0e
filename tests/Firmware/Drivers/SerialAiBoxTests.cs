using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Core;
using Fleet.Drivers;
using Fleet.Tests.Firmware.Virtual;
using Fleet.Tests.Harness;
using Fleet.Virtual.Plant;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

/// <summary>An AI box at the end of a serial line: the same driver, and the line's own troubles.</summary>
public sealed class SerialAiBoxTests : LoadContract
{
    private const string Status = "{\"cmd\":\"status\"}\n";
    private const string Running = "{\"watts\":38,\"capWatts\":40,\"minWatts\":15,\"maxWatts\":60,\"millitokensPerSecond\":1,\"state\":\"running\"}\n";

    private readonly AiBoxDevice _box = new(Plants.Warm(PlantRatings.AiBox60));
    private readonly StringBuilder _heard = new();
    private int _answered;

    protected override int Watts => (int)((_box.Model.Milliwatts + 500) / 1000);

    protected override int LimitWatts => 45;

    protected override bool Sleeps => _box.Model.State is PlantState.Draining or PlantState.Drained or PlantState.Sleeping;

    protected override bool Keeps(int limitWatts) => _box.Model.State is PlantState.Running or PlantState.Starting && _box.Model.LimitWatts <= limitWatts;

    protected override void Wake() => _box.Model.Wake();

    protected override Driver Create() => Make(Device);

    /// <summary>A line stays open: what was answered before is behind.</summary>
    protected override byte[]? Answer(byte[] request)
    {
        string line = Encoding.ASCII.GetString(request);
        return line.EndsWith('\n') ? Encoding.UTF8.GetBytes(_box.Ask(line)) : null;
    }

    [Fact]
    public void Takes_no_late_answer_for_the_next()
    {
        Transcript line = new();
        AiBox box = Make(line);
        line.On(Status).Answer(Running + "{\"watts\":99,\"capWatts\":99,\"state\":\"running\"}\n");
        line.On(Status).Answer(Running);
        line.Run(box);
        LoadReading reading = new();
        Assert.True(box.TryRead(reading));
        Assert.Equal(38, reading.Watts);
        Assert.Empty(line.Dialled);
    }

    [Fact]
    public async Task Follows_its_orders_over_a_real_serial_line()
    {
        if (!PseudoTerminal.TryOpen(out PseudoTerminal? terminal))
            Assert.Skip("no pseudo-terminals here");
        using (terminal)
        {
            Task device = Task.Run(() => Serve(terminal.Device), TestContext.Current.CancellationToken);
            using Port port = new(terminal.Port);
            AiBox box = Make(port);
            box.Apply(25);
            for (long nowMs = 0; nowMs < 30_000; nowMs += 500)
            {
                _box.Model.Advance(nowMs);
                box.Step(nowMs);
            }

            LoadReading reading = new();
            Assert.True(box.TryRead(reading));
            Assert.Equal((25, LoadState.Running), (_box.Model.LimitWatts, reading.State));
            Assert.InRange(reading.Watts, 20, 26);
            Assert.True(Volatile.Read(ref _answered) > 5);
            Assert.False(device.IsFaulted);
        }
    }

    private static AiBox Make(IByteChannel line) => new(Ability("aibox", WorkUnit.Millitoken, 15, 60), new SerialDialer(line), "", 0);

    private void Serve(FileStream end)
    {
        byte[] buffer = new byte[256];
        try
        {
            for (int count; (count = end.Read(buffer)) > 0;)
            {
                _heard.Append(Encoding.ASCII.GetString(buffer, 0, count));
                if (_heard[^1] != '\n')
                    continue;
                end.Write(Encoding.UTF8.GetBytes(_box.Ask(_heard.ToString())));
                _heard.Clear();
                Interlocked.Increment(ref _answered);
            }
        }
        catch (IOException)
        {
            // The other end is closed.
        }
    }

    /// <summary>The controller's end; a thread reads ahead, since the file knows no time-out.</summary>
    private sealed class Port : IByteChannel, System.IDisposable
    {
        private readonly System.Collections.Concurrent.BlockingCollection<byte> _arrived = [];
        private readonly FileStream _file;

        public Port(FileStream file)
        {
            _file = file;
            Task.Run(() =>
            {
                byte[] buffer = new byte[256];
                try
                {
                    for (int count; (count = _file.Read(buffer)) > 0;)
                    {
                        foreach (byte one in buffer[..count])
                            _arrived.Add(one);
                    }
                }
                catch (System.Exception gone) when (gone is IOException or System.ObjectDisposedException)
                {
                    _arrived.CompleteAdding();
                }
            });
        }

        public int Read(byte[] buffer, int offset, int count, ref int leftMs)
        {
            if (!_arrived.TryTake(out byte first, leftMs))
                return _arrived.IsAddingCompleted ? -1 : 0;
            buffer[offset] = first;
            int taken = 1;
            while (taken < count && _arrived.TryTake(out byte next))
                buffer[offset + taken++] = next;
            return taken;
        }

        public bool Write(byte[] buffer, int offset, int count)
        {
            _file.Write(buffer, offset, count);
            return true;
        }

        public void Close()
        {
        }

        public void Dispose() => _arrived.CompleteAdding();
    }
}
