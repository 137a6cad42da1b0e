namespace Fleet.Tests.Tidy;

/// <summary>One place where the tree breaks a rule, printed so that an editor can jump to it.</summary>
internal readonly record struct Violation(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}:{Line}: {Message}";
}
