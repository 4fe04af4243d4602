namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>One recorded conversation of two strongSwan processes: every datagram, every decrypted payload, every key.</summary>
internal sealed record Transcript
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Description { get; init; }

    public required string IkeProposal { get; init; }

    public required string EspProposal { get; init; }

    public byte[] Psk { get; init; } = [];

    /// <summary>The postquantum preshared key (RFC 8784), in the transcript that has one.</summary>
    public byte[]? Ppk { get; init; }

    public required IReadOnlyList<TranscriptExchange> Exchanges { get; init; }

    public required IReadOnlyList<TranscriptDerivation> Derivations { get; init; }

    /// <summary>AUTH signs the transcript of both IKE_SA_INIT messages (draft-ietf-ipsecme-ikev2-downgrade-prevention).</summary>
    public bool FullTranscriptAuth { get; init; }

    public required TranscriptAuth Auth { get; init; }

    public override string ToString() => $"{Id} {Name}";
}
