using System;

namespace Fleet.Tests.Simulation;

/// <summary>The test provokes this fault and shows how it is cleared.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ProvokesAttribute(int fault) : Attribute
{
    /// <summary>A bit of <see cref="Fleet.Wire.Fault"/>.</summary>
    public int Fault => fault;
}
