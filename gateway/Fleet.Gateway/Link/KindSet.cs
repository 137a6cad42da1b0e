using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>A set of message kinds, such as those a controller has subscribed to.</summary>
internal readonly record struct KindSet(int Bits)
{
    public static KindSet All => new(-1);

    public bool Contains(Kind kind) => (Bits & (1 << (int)kind)) != 0;

    public KindSet With(Kind kind) => new(Bits | (1 << (int)kind));

    public KindSet Without(Kind kind) => new(Bits & ~(1 << (int)kind));
}
