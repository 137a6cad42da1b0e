using Xunit;

namespace Fleet.Tests.Harness;

/// <summary>
/// Tests whose clock runs many times faster than the machine's run alone: a moment's wait for a processor is a minute
/// of theirs.
/// </summary>
[CollectionDefinition(nameof(FastClocks), DisableParallelization = true)]
public sealed class FastClocks;
