using System;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Link;

/// <summary>A directory of controllers held in memory: for the demo, for tests, and as the cache over a store.</summary>
public sealed class ControllerPasswords : IControllerDirectory
{
    private readonly ConcurrentDictionary<ControllerAddress, byte[]> _hashes = new();

    /// <summary>Admits a controller, or changes its password.</summary>
    public void Set(ControllerAddress controller, string password)
        => _hashes[controller] = SHA256.HashData(Encoding.UTF8.GetBytes(password));

    /// <summary>The controller may no longer connect; false when it never could.</summary>
    public bool Remove(ControllerAddress controller) => _hashes.TryRemove(controller, out _);

    public bool TryGetPasswordHash(ControllerAddress controller, out ReadOnlyMemory<byte> sha256)
    {
        var known = _hashes.TryGetValue(controller, out var hash);
        sha256 = hash;
        return known;
    }
}
