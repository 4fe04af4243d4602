using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Operator.Resources;

/// <summary>What the operator remembers of one value of a Secret.</summary>
/// <param name="AsPreSharedKey">What is wrong with it as a pre-shared key.</param>
/// <param name="Digest">Changes when the value does; keyed, so that nobody can try values against it.</param>
internal sealed record SecretValue(PreSharedKeyFindings AsPreSharedKey, string Digest);
