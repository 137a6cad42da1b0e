using Fleet.Core;
using Fleet.Drivers;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Firmware.Drivers;

public sealed class RelayLoadTests
{
    private readonly Pin _pin = new() { HasFeedback = true };
    private long _nowMs;

    [Fact]
    public void Leaves_the_contact_as_it_is_until_the_first_order()
    {
        Run(Load(), 10_000);
        Assert.Equal(0, _pin.Changes);
    }

    [Fact]
    public void Closes_at_its_nameplate_and_opens_below_it()
    {
        RelayLoad load = Load();
        load.Apply(2000);
        Run(load, 3_000);
        Assert.Equal((true, LoadState.Running, false), (_pin.Output, Read(load).State, Read(load).IsFaulty));
        load.Apply(1999);
        Run(load, 3_000);
        Assert.Equal((false, LoadState.Off, false), (_pin.Output, Read(load).State, Read(load).IsFaulty));
        Assert.False(Read(load).HasWatts);
    }

    [Fact]
    public void Stays_closed_whatever_the_limit_above_its_nameplate()
    {
        RelayLoad load = Load();
        foreach (int watts in (int[])[2000, 9000, 2500, int.MaxValue])
        {
            load.Apply(watts);
            Run(load, 3_000);
            Assert.True(_pin.Output);
        }
    }

    [Fact]
    public void Opens_at_a_limit_that_makes_no_sense()
    {
        RelayLoad load = Load();
        load.Apply(2000);
        Run(load, 3_000);
        load.Apply(-1);
        Run(load, 3_000);
        Assert.False(_pin.Output);
    }

    [Fact]
    public void Reports_a_stuck_contact_as_a_fault_and_tries_again()
    {
        RelayLoad load = Load();
        load.Apply(2000);
        Run(load, 3_000);
        _pin.IsStuck = true;
        load.Apply(0);
        Run(load, 500);
        Assert.False(Read(load).IsFaulty);
        Run(load, 3_000);
        Assert.Equal((true, LoadState.Running), (Read(load).IsFaulty, Read(load).State));
        int changes = _pin.Changes;
        Run(load, 60_000);
        Assert.True(_pin.Changes > changes);
        _pin.IsStuck = false;
        Run(load, 40_000);
        Assert.Equal((false, LoadState.Off), (Read(load).IsFaulty, Read(load).State));
    }

    [Fact]
    public void Without_feedback_says_what_it_drives()
    {
        _pin.HasFeedback = false;
        RelayLoad load = Load();
        Run(load, 3_000);
        Assert.Equal(LoadState.Unknown, Read(load).State);
        load.Apply(2000);
        Run(load, 3_000);
        Assert.Equal((LoadState.Running, false), (Read(load).State, Read(load).IsFaulty));
    }

    [Fact]
    public void A_contact_that_chatters_is_a_fault_until_it_has_followed_for_a_while()
    {
        RelayLoad load = Load();
        load.Apply(0);
        Run(load, 3_000);
        Assert.False(Read(load).IsFaulty);
        int faulty = 0;
        for (int i = 0; i < 30; i++)
        {
            _pin.Bounce = i % 3 == 0;
            Run(load, LoadDriver.PollMs);
            faulty += Read(load).IsFaulty ? 1 : 0;
        }

        Assert.InRange(faulty, 29, 30);
        _pin.Bounce = false;
        Run(load, RelayLoad.FollowMs + LoadDriver.PollMs);
        Assert.Equal((false, LoadState.Off), (Read(load).IsFaulty, Read(load).State));
    }

    private RelayLoad Load() => new(new LoadAbility { Name = "heater", Driver = "relay", MinWatts = 2000, MaxWatts = 2000 }, _pin);

    private void Run(RelayLoad load, long ms)
    {
        for (long end = _nowMs + ms; _nowMs < end; _nowMs += 100)
            load.Step(_nowMs);
    }

    private static LoadReading Read(RelayLoad load)
    {
        LoadReading reading = new();
        Assert.True(load.TryRead(reading));
        return reading;
    }

    private sealed class Pin : IOutputPin
    {
        private bool _isClosed;

        public bool HasFeedback { get; set; }

        public bool Feedback => _isClosed != Bounce;

        public bool Bounce { get; set; }

        public bool Output { get; private set; }

        public bool IsStuck { get; set; }

        public int Changes { get; private set; }

        public void Set(bool on)
        {
            Changes++;
            Output = on;
            if (!IsStuck)
                _isClosed = on;
        }
    }
}
