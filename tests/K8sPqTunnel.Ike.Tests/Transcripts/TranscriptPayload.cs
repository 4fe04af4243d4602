using System.Text.Json.Serialization;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>A payload: its type, and its body without generic header.</summary>
[JsonConverter(typeof(TranscriptPayloadConverter))]
internal sealed record TranscriptPayload(int Type, byte[] Body);
