using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fleet.Virtual;

/// <summary>
/// What nanoff puts into a device's store of certificates: the authorities whose brokers it trusts, and the device's own
/// certificate with its key.
/// </summary>
public sealed class DeviceCertificates(X509Certificate2Collection authorities, X509Certificate2? own)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>An empty store, which trusts nobody.</summary>
    public static DeviceCertificates None { get; } = new([], null);

    /// <summary>The device's own; null when there is none.</summary>
    public X509Certificate2? Own => own;

    /// <summary>Whether a server's certificate, with those it sent along, is in date and leads to one of the authorities.</summary>
    public bool Trust(X509Certificate? offered, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainElements.Select(element => element.Certificate).ToArray());
        return offered is X509Certificate2 certificate && chain.Build(certificate);
    }
}
