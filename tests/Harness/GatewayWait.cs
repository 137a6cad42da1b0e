using System;
using System.Threading.Tasks;
using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>Waits for what must come true, looking often; fails with a sentence when it does not.</summary>
public static class GatewayWait
{
    /// <summary>Longest wait of the world for anything: ample for a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns once it holds.</summary>
    public static Task UntilAsync(string what, Func<bool> holds, Func<string>? seen = null) =>
        UntilAsync(what, () => Task.FromResult(holds()), seen);

    /// <summary>Returns once it holds.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> holds, Func<string>? seen = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                Assert.Fail($"Waited {Patience.TotalSeconds} s in vain until {what}. {seen?.Invoke()}");
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
