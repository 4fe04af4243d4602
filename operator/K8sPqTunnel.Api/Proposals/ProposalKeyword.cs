namespace K8sPqTunnel.Api.Proposals;

/// <summary>A row of the keyword table.</summary>
/// <param name="Text">The keyword as strongSwan spells it.</param>
/// <param name="Transform">What it stands for.</param>
/// <param name="Name">The name that the status shows, for example ML-KEM-768.</param>
/// <param name="Aead">True for a cipher that authenticates by itself (RFC 5282).</param>
internal sealed record ProposalKeyword(string Text, Transform Transform, string Name, bool Aead = false);
