namespace K8sPqTunnel.Api.Settings;

/// <summary>How large the tunnel's packets may be.</summary>
/// <param name="Value">The tunnel's MTU in octets, whatever the path carries; null for what fits.</param>
/// <param name="Path">What the path outside carries at most, in octets; null where that has to be found out.</param>
/// <param name="ClampsMss">TCP connections are told what fits.</param>
/// <param name="Mss">The largest segment that they are told, in octets; null for what fits.</param>
/// <param name="Probes">The path is probed for the size that it carries.</param>
/// <param name="ProbeInterval">How often what it carries is made sure of.</param>
public sealed record MtuSettings(int? Value, int? Path, bool ClampsMss, int? Mss, bool Probes, TimeSpan ProbeInterval);
