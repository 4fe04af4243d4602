namespace K8sPqTunnel.Ike.Wire;

/// <summary>Certificate payload (RFC 7296 3.6): encoding, data.</summary>
internal readonly ref struct CertificatePayload(CertificateEncoding encoding, ReadOnlySpan<byte> data)
{
    public CertificateEncoding Encoding { get; } = encoding;

    public ReadOnlySpan<byte> Data { get; } = data;

    public static bool TryRead(ReadOnlySpan<byte> body, out CertificatePayload payload)
    {
        payload = body.IsEmpty ? default : new CertificatePayload((CertificateEncoding)body[0], body[1..]);
        return body.Length > 1;
    }

    public static void Write(PayloadWriter writer, ReadOnlySpan<byte> certificate)
    {
        writer.Begin(PayloadType.Certificate);
        writer.Put((byte)CertificateEncoding.X509Signature);
        writer.Put(certificate);
        writer.End();
    }
}
