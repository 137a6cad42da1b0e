using System;

namespace Fleet.Gateway.Link;

/// <summary>Whether a controller's connection stands, and since when it has been so.</summary>
public readonly record struct Presence(bool Connected, DateTimeOffset Since);
