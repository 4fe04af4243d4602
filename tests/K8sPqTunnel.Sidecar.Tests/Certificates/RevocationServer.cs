using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sPqTunnel.Sidecar.Tests.Certificates;

/// <summary>An authority, and on the loopback interface its CRL and its OCSP responder.</summary>
internal sealed class RevocationServer : IDisposable
{
    private const string OcspBasic = "1.3.6.1.5.5.7.48.1.1";
    private const string EcdsaWithSha256 = "1.2.840.10045.4.3.2";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly HttpListener _listener = new();
    private readonly HashSet<string> _revoked = [];
    private readonly Uri _address;
    private int _number;

    /// <param name="isRoot">Else another authority, which nobody knows, has issued its certificate.</param>
    public RevocationServer(bool isRoot = true)
    {
        _address = Listen(_listener);
        var request = new CertificateRequest("CN=revoking root", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        Root = isRoot ? request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1)) : Below(request);
        _ = ServeAsync();
    }

    public X509Certificate2 Root { get; }

    /// <summary>Answers nothing, and hangs up never.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Signs the CRL in its place.</summary>
    public RevocationServer? AnsweredBy { get; set; }

    /// <summary>Questions that came in.</summary>
    public int Asked { get; private set; }

    /// <summary>An end's certificate.</summary>
    /// <param name="crl">It says where its CRL is.</param>
    /// <param name="ocsp">It says where its OCSP responder is.</param>
    public byte[] Issue(bool crl, bool ocsp)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=end", key, HashAlgorithmName.SHA256);
        if (crl)
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([$"{_address}crl"]));
        if (ocsp)
            request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([$"{_address}ocsp"], null));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Root, true, false));
        byte[] serial = [1, .. RandomNumberGenerator.GetBytes(8)];
        using X509Certificate2 made = request.Create(Root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), serial);
        return made.RawData;
    }

    public void Revoke(byte[] certificate)
    {
        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(certificate);
        _revoked.Add(read.SerialNumber);
    }

    public void Dispose()
    {
        ((IDisposable)_listener).Dispose();
        Root.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Below(CertificateRequest request)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = request.Create(
            new X500DistinguishedName("CN=unknown"),
            X509SignatureGenerator.CreateForECDsa(key),
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1),
            [1, 2, 3]);
        return certificate.CopyWithPrivateKey(_key);
    }

    private static Uri Listen(HttpListener listener)
    {
        // Somebody may take the port between its choice and its use: then another.
        for (int tries = 0; ; tries++)
        {
            var address = new Uri($"http://127.0.0.1:{RandomNumberGenerator.GetInt32(20000, 60000)}/");
            listener.Prefixes.Clear();
            listener.Prefixes.Add(address.AbsoluteUri);
            try
            {
                listener.Start();
                return address;
            }
            catch (HttpListenerException) when (tries < 20)
            {
                // The next number.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Asked++;
            if (IsSilent)
                continue;
            string path = context.Request.Url!.AbsolutePath;
            byte[] answer = path == "/crl" ? (AnsweredBy ?? this).Crl() : Ocsp(Convert.FromBase64String(Uri.UnescapeDataString(path["/ocsp/".Length..])));
            context.Response.ContentType = path == "/crl" ? "application/pkix-crl" : "application/ocsp-response";
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
    }

    private byte[] Crl()
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (string serial in _revoked)
            builder.AddEntry(Convert.FromHexString(serial));
        return builder.Build(Root, ++_number, DateTimeOffset.UtcNow.AddHours(1), HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddHours(-1));
    }

    private byte[] Ocsp(byte[] question)
    {
        AsnReader request = new AsnReader(question, AsnEncodingRules.DER).ReadSequence().ReadSequence().ReadSequence().ReadSequence();
        ReadOnlyMemory<byte> certificateId = request.ReadEncodedValue();
        AsnReader id = new AsnReader(certificateId, AsnEncodingRules.DER).ReadSequence();
        id.ReadEncodedValue();
        id.ReadOctetString();
        id.ReadOctetString();
        string serial = Convert.ToHexString(id.ReadIntegerBytes().Span);

        byte[] response = ResponseData(certificateId, _revoked.Contains(serial));
        AsnWriter basic = new(AsnEncodingRules.DER);
        using (basic.PushSequence())
        {
            basic.WriteEncodedValue(response);
            using (basic.PushSequence())
                basic.WriteObjectIdentifier(EcdsaWithSha256);
            basic.WriteBitString(_key.SignData(response, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        AsnWriter whole = new(AsnEncodingRules.DER);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue([0x0a, 0x01, 0x00]);               // responseStatus successful
            using (whole.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (whole.PushSequence())
            {
                whole.WriteObjectIdentifier(OcspBasic);
                whole.WriteOctetString(basic.Encode());
            }
        }

        return whole.Encode();
    }

    private byte[] ResponseData(ReadOnlyMemory<byte> certificateId, bool revoked)
    {
        AsnWriter data = new(AsnEncodingRules.DER);
        using (data.PushSequence())
        {
            using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                data.WriteEncodedValue(Root.SubjectName.RawData);
            data.WriteGeneralizedTime(DateTimeOffset.UtcNow, omitFractionalSeconds: true);
            using (data.PushSequence())
            using (data.PushSequence())
            {
                data.WriteEncodedValue(certificateId.Span);
                if (revoked)
                {
                    using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                        data.WriteGeneralizedTime(DateTimeOffset.UtcNow.AddMinutes(-5), omitFractionalSeconds: true);
                }
                else
                {
                    data.WriteNull(new Asn1Tag(TagClass.ContextSpecific, 0));
                }

                data.WriteGeneralizedTime(DateTimeOffset.UtcNow.AddMinutes(-5), omitFractionalSeconds: true);
                using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    data.WriteGeneralizedTime(DateTimeOffset.UtcNow.AddMinutes(5), omitFractionalSeconds: true);
            }
        }

        return data.Encode();
    }
}
