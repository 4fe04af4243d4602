namespace K8sPqTunnel.Api.Settings;

/// <summary>One value of a Secret in the tunnel's namespace.</summary>
public sealed record SecretReference(string Name, string Key);
