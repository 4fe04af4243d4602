namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>What both sides authenticated with.</summary>
/// <param name="Initiator">The original initiator's AUTH.</param>
/// <param name="Responder">The original responder's AUTH.</param>
/// <param name="Intauth">IntAuth_i | IntAuth_r | message ID; null without IKE_INTERMEDIATE.</param>
internal sealed record TranscriptAuth(TranscriptAuthSide Initiator, TranscriptAuthSide Responder, byte[]? Intauth);
