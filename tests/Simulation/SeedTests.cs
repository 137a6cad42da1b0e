using System;
using System.Globalization;
using System.Linq;
using Xunit;

namespace Fleet.Tests.Simulation;

/// <summary>Two hundred worlds, each with every fault there is, a part in each class below so that they run side by side.</summary>
public abstract class SeedTests
{
    /// <summary>Worlds of one test.</summary>
    protected const int Chunk = 10;

    /// <summary>Every checker there is.</summary>
    public static IChecker[] Checkers => [new SiteLimitChecker(), new AuthorityChecker(), new EnergyChecker(), new ConvergenceChecker()];

    /// <summary>Lives through a chunk of seeds.</summary>
    protected static void Live(int first)
    {
        for (var seed = first; seed < first + Chunk; seed++)
            new World(new WorldDesign { Seed = seed }, Checkers).Run();
    }
}

public sealed class FirstSeedTests : SeedTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(21)]
    [InlineData(31)]
    [InlineData(41)]
    [InlineData(51)]
    [InlineData(61)]
    [InlineData(71)]
    [InlineData(81)]
    [InlineData(91)]
    public void Every_invariant_holds_in_the_ten_worlds_from(int seed) => Live(seed);
}

public sealed class SecondSeedTests : SeedTests
{
    [Theory]
    [InlineData(101)]
    [InlineData(111)]
    [InlineData(121)]
    [InlineData(131)]
    [InlineData(141)]
    [InlineData(151)]
    [InlineData(161)]
    [InlineData(171)]
    [InlineData(181)]
    [InlineData(191)]
    public void Every_invariant_holds_in_the_ten_worlds_from(int seed) => Live(seed);
}

public sealed class OneSeedTests
{
    [Fact]
    public void The_seed_of_FLEET_SEED_is_told_line_by_line()
    {
        var given = Environment.GetEnvironmentVariable("FLEET_SEED");
        Assert.SkipWhen(given is null, "give FLEET_SEED=n to see every line of one world");
        var output = TestContext.Current.TestOutputHelper!;
        new World(new WorldDesign { Seed = int.Parse(given, CultureInfo.InvariantCulture), Listener = output.WriteLine }, SeedTests.Checkers).Run();
    }

    [Fact]
    public void The_same_seed_is_the_same_life_and_another_seed_is_another()
    {
        var hashes = new[] { 7, 7, 8 }.Select(seed => new World(new WorldDesign { Seed = seed }).Run().Hash).ToArray();
        Assert.Equal(hashes[0], hashes[1]);
        Assert.NotEqual(hashes[0], hashes[2]);
    }
}
