namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>A request and its response.</summary>
internal sealed record TranscriptExchange
{
    public required string Exchange { get; init; }

    public required int ExchangeType { get; init; }

    public required uint MessageId { get; init; }

    /// <summary>Who sent the request, for example <c>initiator-host a</c>.</summary>
    public required string Requester { get; init; }

    /// <summary>UDP payloads without non-ESP marker: one per fragment; in IKE_SA_INIT one per try, the accepted one last.</summary>
    public required IReadOnlyList<byte[]> RequestFrames { get; init; }

    public required IReadOnlyList<byte[]> ResponseFrames { get; init; }

    /// <summary>What was inside SK or SKF; null in IKE_SA_INIT.</summary>
    public TranscriptMessage? Request { get; init; }

    public TranscriptMessage? Response { get; init; }

    /// <summary>In IKE_INTERMEDIATE only.</summary>
    public TranscriptIntAuthPair? Intauth { get; init; }

    /// <summary>In IKE_SA_INIT: type, ID and key length of each selected transform.</summary>
    public IReadOnlyList<int?[]>? Transforms { get; init; }

    /// <summary>The same in later exchanges that select transforms.</summary>
    public IReadOnlyList<int?[]>? Selected { get; init; }
}
