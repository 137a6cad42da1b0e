using System.Linq;
using Fleet.Core;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using Xunit;

namespace Fleet.Tests.Simulation;

/// <summary>The checkers can fail: each is given a world with one part broken on purpose, and says so.</summary>
public sealed class CheckerTests
{
    [Fact]
    public void A_guard_that_is_passed_by_breaks_the_limits()
    {
        var design = Design with { LoadOf = load => new Bypass(load) };
        Assert.IsType<AuthorityChecker>(Violation(design, new AuthorityChecker()).Checker);
        Assert.IsType<SiteLimitChecker>(Violation(design, new SiteLimitChecker()).Checker);
    }

    [Fact]
    public void A_record_that_stores_what_comes_twice_is_noticed()
    {
        var design = Design with { NewBook = () => new ForgetfulBook() };
        Assert.Contains("is stored twice", Violation(design, new EnergyChecker()).Message);
    }

    [Fact]
    public void A_record_that_loses_an_interval_is_noticed()
    {
        var design = Design with { NewBook = () => new LeakyBook() };
        Assert.Contains("follows", Violation(design, new EnergyChecker()).Message);
    }

    [Fact]
    public void A_record_that_alters_an_interval_is_noticed()
    {
        var design = Design with { NewBook = () => new GreedyBook() };
        Assert.Contains("the register goes on by", Violation(design, new EnergyChecker()).Message);
    }

    [Fact]
    public void A_stolen_key_is_noticed()
    {
        var world = new World(Design with { FaultEverySeconds = 0 }, new AuthorityChecker());
        world.RunTo(200);
        world.Replan(world.Plans.Steady(price: 1_000));
        world.RunFor(30);
        var target = world.Controllers[0];
        target.Link.Inject(Kind.Setpoint, Attacker.Signed(world, target, target.CommandKey));
        Assert.Contains("entitled is", Assert.Throws<InvariantViolation>(() => world.RunFor(60)).Message);
    }

    [Fact]
    public void A_load_that_never_follows_again_is_noticed()
    {
        var design = Design with { LoadOf = load => new Deaf(load) };
        Assert.Contains("it was given", Violation(design, new ConvergenceChecker()).Message);
    }

    [Fact]
    public void A_failure_tells_its_seed_its_second_and_the_last_lines()
    {
        var message = Violation(Design with { NewBook = () => new ForgetfulBook() }, new EnergyChecker()).Message;
        Assert.StartsWith($"seed {Design.Seed}, second ", message);
        Assert.Contains($"FLEET_SEED={Design.Seed}", message);
        Assert.InRange(message.Split('\n').Length, Trace.Shown, Trace.Shown + 10);
    }

    private static WorldDesign Design => new() { Seed = 5, Kinds = [LoadKind.All[0]] };

    private static InvariantViolation Violation(WorldDesign design, IChecker checker)
    {
        var world = new World(design, checker) { Weather = Weather.Double };
        return Assert.Throws<InvariantViolation>(() => world.Run());
    }

    /// <summary>Whatever the guard orders, the load is ordered all it can take.</summary>
    private class Bypass(ILoad load) : ILoad
    {
        public LoadAbility Ability => load.Ability;

        public bool TryRead(LoadReading into) => load.TryRead(into);

        public virtual void Apply(int limitWatts) => Order(Ability.MaxWatts);

        protected void Order(int limitWatts) => load.Apply(limitWatts);
    }

    /// <summary>Whatever the guard orders, the load rests.</summary>
    private sealed class Deaf(ILoad load) : Bypass(load)
    {
        public override void Apply(int limitWatts) => Order(0);
    }

    private sealed class ForgetfulBook : EnergyBook
    {
        public override void Store(EnergyInterval interval)
        {
            if (Fails)
                base.Store(interval);
            Rows.Add(interval);
        }
    }

    private sealed class LeakyBook : EnergyBook
    {
        public override void Store(EnergyInterval interval)
        {
            if (interval.Sequence != 7)
                base.Store(interval);
        }
    }

    private sealed class GreedyBook : EnergyBook
    {
        public override void Store(EnergyInterval interval) =>
            base.Store(interval with { EnergyMilliwattHours = interval.EnergyMilliwattHours + 10_000 });
    }
}
