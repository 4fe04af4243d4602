namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>
/// Where things stand in an ESP packet (RFC 4303 2):
/// SPI 4 | sequence number 4 | IV | encrypted(inner packet | padding | pad length 1 | next header 1) | ICV. Lengths in octets.
/// </summary>
/// <param name="IvLength">8 for the AEADs (RFC 4106 3.1, RFC 7634 2), 16 for AES-CBC (RFC 3602 3).</param>
/// <param name="Alignment">Pad length and next header end on such a boundary: 4 (RFC 4303 2.4), or the cipher's block.</param>
/// <param name="IcvLength">16 for the AEADs; what the integrity algorithm makes otherwise.</param>
public readonly record struct EspLayout(int IvLength, int Alignment, int IcvLength)
{
    /// <summary>AES-GCM and ChaCha20-Poly1305.</summary>
    public static EspLayout Aead { get; } = new(8, 4, 16);

    /// <summary>Where the encrypted part begins.</summary>
    public int PayloadOffset => EspFormat.HeaderLength + IvLength;

    public int ShortestPacket => PayloadOffset + Math.Max(Alignment, EspFormat.TrailerLength) + IcvLength;

    public int PaddingFor(int innerLength) => -(innerLength + EspFormat.TrailerLength) & (Alignment - 1);

    /// <summary>Octets of the ESP packet, without UDP and IP headers, for an inner packet of <paramref name="innerLength"/> octets.</summary>
    public int SealedLength(int innerLength) =>
        PayloadOffset + innerLength + PaddingFor(innerLength) + EspFormat.TrailerLength + IcvLength;

    /// <summary>The largest inner packet whose ESP packet has at most <paramref name="room"/> octets.</summary>
    public int LargestInner(int room) => ((room - PayloadOffset - IcvLength) & ~(Alignment - 1)) - EspFormat.TrailerLength;
}
