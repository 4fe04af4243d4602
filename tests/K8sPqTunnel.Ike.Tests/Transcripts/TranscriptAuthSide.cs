namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>One side's authentication.</summary>
/// <param name="IdPayloadBody">The ID payload without generic header.</param>
/// <param name="SignedOctets">What AUTH covers.</param>
/// <param name="Auth">The AUTH payload's data behind method and reserved: a MAC or a signature.</param>
internal sealed record TranscriptAuthSide(byte[] IdPayloadBody, byte[] SignedOctets, byte[] Auth);
