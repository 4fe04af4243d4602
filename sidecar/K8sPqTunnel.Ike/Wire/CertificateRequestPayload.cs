namespace K8sPqTunnel.Ike.Wire;

/// <summary>
/// Certificate Request payload (RFC 7296 3.7): encoding, then SHA-1 of the SubjectPublicKeyInfo of each authority that is trusted.
/// </summary>
internal readonly ref struct CertificateRequestPayload(CertificateEncoding encoding, ReadOnlySpan<byte> authorities)
{
    public const int HashLength = 20;

    public CertificateEncoding Encoding { get; } = encoding;

    /// <summary>Hashes of 20 octets, one behind the other; none: any authority will do.</summary>
    public ReadOnlySpan<byte> Authorities { get; } = authorities;

    public static bool TryRead(ReadOnlySpan<byte> body, out CertificateRequestPayload payload)
    {
        payload = body.IsEmpty ? default : new CertificateRequestPayload((CertificateEncoding)body[0], body[1..]);
        return !body.IsEmpty && payload.Authorities.Length % HashLength == 0;
    }

    /// <summary>All that a message asks for: hashes of 20 octets, one behind the other.</summary>
    public static byte[] AuthoritiesOf(in IkeMessage message)
    {
        List<byte> all = [];
        PayloadReader reader = message.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type == PayloadType.CertificateRequest
                && TryRead(payload.Body, out CertificateRequestPayload request)
                && request.Encoding == CertificateEncoding.X509Signature)
                all.AddRange(request.Authorities);
        }

        return [.. all];
    }

    public static void Write(PayloadWriter writer, IEnumerable<ReadOnlyMemory<byte>> authorities)
    {
        writer.Begin(PayloadType.CertificateRequest);
        writer.Put((byte)CertificateEncoding.X509Signature);
        foreach (ReadOnlyMemory<byte> authority in authorities)
            writer.Put(authority.Span);
        writer.End();
    }
}
