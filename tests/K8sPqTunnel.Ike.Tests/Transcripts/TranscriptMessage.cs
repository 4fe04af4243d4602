namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>A decrypted message, reassembled when it came in fragments.</summary>
internal sealed record TranscriptMessage
{
    /// <summary>Type of the first inner payload; 0 when the message is empty.</summary>
    public required int FirstPayload { get; init; }

    /// <summary>The inner payloads with their generic headers, without padding and pad length.</summary>
    public required byte[] InnerPlaintext { get; init; }

    public required IReadOnlyList<TranscriptPayload> Payloads { get; init; }
}
