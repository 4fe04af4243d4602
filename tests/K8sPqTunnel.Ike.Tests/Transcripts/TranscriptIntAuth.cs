using System.Text.Json.Serialization;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>One step of the chain of RFC 9242 3.3.2.</summary>
/// <param name="A">The headers with their lengths rewritten.</param>
/// <param name="Prev">IntAuth of the message before; empty in the first.</param>
/// <param name="Value">IntAuth of this one.</param>
internal sealed record TranscriptIntAuth([property: JsonPropertyName("A")] byte[] A, byte[] Prev, byte[] Value);
