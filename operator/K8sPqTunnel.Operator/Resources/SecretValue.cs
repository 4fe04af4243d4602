using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>What the operator remembers of one value of a Secret.</summary>
/// <param name="Flaw">What is wrong with it as a pre-shared key.</param>
/// <param name="Length">In octets.</param>
/// <param name="Digest">Changes when the value does; keyed, so that nobody can try values against it.</param>
internal sealed record SecretValue(PreSharedKeyFlaw Flaw, int Length, string Digest);
