using System.Threading.Tasks;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>One gateway on sample prices, no controller connected, shared by the tests that only ask it things.</summary>
public sealed class GatewayAlone : IAsyncLifetime
{
    /// <summary>The gateway.</summary>
    public GatewayRig Rig { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Rig = await GatewayRig.StartAloneAsync();
        await Rig.UntilAsync("there is a plan", async () => (await Rig.Http.GetAsync("/api/v1/plan", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}

/// <summary>The tests that share <see cref="GatewayAlone"/>.</summary>
[CollectionDefinition(nameof(GatewayAlone))]
public sealed class GatewayAloneTests : ICollectionFixture<GatewayAlone>;
