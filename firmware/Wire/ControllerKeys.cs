using System;
using System.Security.Cryptography;
using System.Text;

namespace Fleet.Wire;

/// <summary>
/// The two keys of a controller, both derived from its one secret of 32 random bytes, which gateway and controller share
/// and never send. They are derived apart because the broker password travels to the broker, which may be somebody
/// else's: whoever steals it there can connect, and still cannot sign, since neither key leads to the other or back to
/// the secret.
/// <code>
/// secret ─┬─ HMAC-SHA-256 "fleet/v1/mqtt"    → hex → broker password
///         └─ HMAC-SHA-256 "fleet/v1/command" ──────→ command key
/// </code>
/// </summary>
public sealed class ControllerKeys
{
    /// <summary>Length of the secret.</summary>
    public const int SecretBytes = 32;

    /// <summary>Derives the keys; throws when the secret is not 32 bytes long.</summary>
    public ControllerKeys(byte[] secret)
    {
        if (secret == null || secret.Length != SecretBytes)
            throw new ArgumentException("A controller's secret is " + SecretBytes.ToString() + " bytes long.");
        BrokerPassword = Hex.Of(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("fleet/v1/mqtt")));
        CommandKey = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes("fleet/v1/command"));
    }

    /// <summary>The password with which the controller connects to the broker: 64 lower-case hex digits.</summary>
    public readonly string BrokerPassword;

    /// <summary>The key of the <see cref="Signature"/> of every command to this controller.</summary>
    public readonly byte[] CommandKey;
}
