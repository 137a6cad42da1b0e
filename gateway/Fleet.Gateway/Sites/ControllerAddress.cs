namespace Fleet.Gateway.Sites;

/// <summary>
/// Names one controller: the site it stands on and its own name there. Both are topic segments of the wire,
/// so neither is empty nor contains <c>/</c>, <c>+</c> or <c>#</c>. Written <c>site/controller</c>.
/// </summary>
public readonly record struct ControllerAddress(string Site, string Controller)
{
    public override string ToString() => Site + "/" + Controller;
}
