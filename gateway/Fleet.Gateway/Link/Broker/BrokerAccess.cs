using System;
using System.Security.Cryptography;
using Fleet.Gateway.Sites;
using Fleet.Wire;
using MQTTnet.Protocol;

namespace Fleet.Gateway.Link;

/// <summary>Who may connect to the embedded broker, and as whom.</summary>
internal sealed class BrokerAccess(IControllerDirectory directory)
{
    private static readonly byte[] NobodysHash = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    /// <summary>Whether the directory knows this controller.</summary>
    public bool Knows(ControllerAddress controller) => directory.TryGetPasswordHash(controller, out _);

    /// <summary>The controller a client id stands for: <c>site/controller</c>, both valid names of the wire.</summary>
    public static bool TryParse(string? clientId, out ControllerAddress controller)
    {
        controller = default;
        var slash = clientId?.IndexOf('/') ?? -1;
        if (slash < 0 || !Topics.IsName(clientId![..slash]) || !Topics.IsName(clientId[(slash + 1)..]))
            return false;
        controller = new ControllerAddress(clientId[..slash], clientId[(slash + 1)..]);
        return true;
    }

    /// <summary>Takes as long for an unknown controller as for a wrong password, and answers them alike.</summary>
    public MqttConnectReasonCode Check(string? clientId, string? userName, byte[]? password, out string reason)
    {
        reason = "";
        if (!TryParse(clientId, out var controller))
        {
            reason = $"client id '{LogText.Of(clientId)}' is not site/controller";
            return MqttConnectReasonCode.ClientIdentifierNotValid;
        }
        var known = directory.TryGetPasswordHash(controller, out var expected);
        var matches = CryptographicOperations.FixedTimeEquals(SHA256.HashData(password ?? []), known ? expected.Span : NobodysHash);
        if (known && matches && userName == clientId)
            return MqttConnectReasonCode.Success;
        reason = $"{controller}: " + (!known ? "is not commissioned" : matches ? $"user name '{LogText.Of(userName)}' is not its client id" : "wrong password");
        return MqttConnectReasonCode.BadUserNameOrPassword;
    }
}
