using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace Fleet.Tests.Tidy;

/// <summary>The two ways a rule is tested: the whole tree keeps it, and it bites on a bad snippet.</summary>
internal static class Tidy
{
    public delegate IEnumerable<Violation> Rule(SourceFile file);

    public static void Holds(Rule rule, IEnumerable<SourceFile> files) => Holds(files.SelectMany(file => rule(file)));

    /// <param name="violations">what must be none</param>
    /// <param name="hint">what to do about them, when that is the same for all</param>
    public static void Holds(IEnumerable<Violation> violations, string hint = "")
    {
        Violation[] found = violations.ToArray();
        Assert.True(found.Length == 0, $"{found.Length} to mend:\n{string.Join('\n', found)}\n{hint}");
    }

    public static void Bites(Rule rule, string snippet, string path = "gateway/Fleet.Gateway/Sites/Snippet.cs") =>
        Assert.NotEmpty(rule(new SourceFile(path, snippet)));

    public static void Spares(Rule rule, string snippet, string path = "gateway/Fleet.Gateway/Sites/Snippet.cs") =>
        Assert.Empty(rule(new SourceFile(path, snippet)));
}
