using System;
using Fleet.Gateway.Sites;

namespace Fleet.Gateway.Link;

/// <summary>The controllers that may connect, and how each proves itself.</summary>
public interface IControllerDirectory
{
    /// <summary>
    /// The SHA-256 of the controller's password in UTF-8, 32 bytes; false for a controller nobody commissioned. A
    /// password is a random token made at commissioning, never a person's word, so a plain hash cannot be guessed.
    /// Called for every connection: answer from memory.
    /// </summary>
    bool TryGetPasswordHash(ControllerAddress controller, out ReadOnlyMemory<byte> sha256);
}
