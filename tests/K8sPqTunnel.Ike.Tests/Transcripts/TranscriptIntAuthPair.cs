namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>IntAuth of both messages of an IKE_INTERMEDIATE exchange.</summary>
internal sealed record TranscriptIntAuthPair(TranscriptIntAuth I, TranscriptIntAuth R);
