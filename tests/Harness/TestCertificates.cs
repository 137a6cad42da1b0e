using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fleet.Tests.Harness;

/// <summary>An authority of the test's own, and the certificates it gives.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=Fleet test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        Authority = request.CreateSelfSigned(Today.AddDays(-90), Today.AddDays(90));
    }

    public X509Certificate2 Authority { get; }

    private static DateTimeOffset Today => TimeProvider.System.GetUtcNow();

    /// <summary>For a server of this name or address, which ends so many days from now.</summary>
    public X509Certificate2 Server(string host, int days = 30)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        return Issue($"CN={host}", "1.3.6.1.5.5.7.3.1", days, names.Build());
    }

    /// <summary>For a controller.</summary>
    public X509Certificate2 Device(string name) => Issue($"CN={name}", "1.3.6.1.5.5.7.3.2", 30, null);

    /// <summary>Writes certificate and key into one file, as programs of the field take them; its path.</summary>
    public static string Write(DirectoryInfo folder, X509Certificate2 certificate)
    {
        var path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.pem");
        using var key = certificate.GetECDsaPrivateKey();
        File.WriteAllText(path, certificate.ExportCertificatePem() + "\n" + key!.ExportPkcs8PrivateKeyPem() + "\n");
        return path;
    }

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Issue(string subject, string purpose, int days, X509Extension? names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        if (names is not null)
            request.CertificateExtensions.Add(names);
        using var bare = request.Create(Authority, Today.AddDays(-60), Today.AddDays(days), RandomNumberGenerator.GetBytes(16));
        return bare.CopyWithPrivateKey(key);
    }
}
