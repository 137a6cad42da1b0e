using System;
using System.Collections.Generic;
using Fleet.Gateway.Sites;
using Fleet.Wire;

namespace Fleet.Gateway.Link;

/// <summary>What follows from a controller's one secret: the password of its connection and the key of its commands.</summary>
public static class ControllerKeyring
{
    /// <summary>The passwords of controllers, from their secrets of 64 hex digits.</summary>
    public static ControllerPasswords PasswordsOf(IEnumerable<KeyValuePair<ControllerAddress, string>> secrets)
    {
        var passwords = new ControllerPasswords();
        foreach (var (controller, secret) in secrets)
            passwords.Set(controller, new ControllerKeys(Convert.FromHexString(secret)).BrokerPassword);
        return passwords;
    }

    /// <summary>The key that signs the commands to a controller of this secret.</summary>
    public static byte[] CommandKeyOf(string secret) => new ControllerKeys(Convert.FromHexString(secret)).CommandKey;
}
