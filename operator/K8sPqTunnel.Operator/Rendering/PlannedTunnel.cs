using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Rendering;

/// <summary>A tunnel that its gateway is to run.</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Document">Its file.</param>
/// <param name="Secrets">The values that it names.</param>
/// <param name="NeedsRawSockets">See <see cref="RawSockets"/>.</param>
internal sealed record PlannedTunnel(string Name, string Document, IReadOnlyList<SecretReference> Secrets, bool NeedsRawSockets = false)
{
    public static PlannedTunnel Of(TunnelResource tunnel, TunnelSettings settings) =>
        new(tunnel.Metadata.Name!, TunnelFile.Of(tunnel), settings.Authentication.Secrets, RawSockets.IsNeededBy(settings));
}
