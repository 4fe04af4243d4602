using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Sidecar;

/// <summary>A tunnel as the files have it.</summary>
/// <param name="Settings">What it is.</param>
/// <param name="Secrets">Its keys and certificates. Whoever runs the plan owns them.</param>
/// <param name="Fingerprint">The same for the same settings and secrets, and no other.</param>
/// <param name="SettingsFingerprint">The same for the same settings, and no other: where only this is, new secrets are taken up while the tunnel runs.</param>
public sealed record TunnelPlan(TunnelSettings Settings, TunnelSecrets Secrets, string Fingerprint, string SettingsFingerprint) : IDisposable
{
    /// <summary>NAMESPACE/NAME.</summary>
    public string FullName => $"{Settings.Namespace}/{Settings.Name}";

    public void Dispose() => Secrets.Dispose();
}
