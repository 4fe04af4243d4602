using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>A tunnel that its gateway is to run.</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Document">Its file.</param>
/// <param name="Secrets">The values that it names.</param>
internal sealed record PlannedTunnel(string Name, string Document, IReadOnlyList<SecretReference> Secrets);
