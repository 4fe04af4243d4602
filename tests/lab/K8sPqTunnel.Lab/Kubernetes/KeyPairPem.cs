namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>A certificate and its private key, both PEM.</summary>
internal sealed record KeyPairPem(string Certificate, string Key);
