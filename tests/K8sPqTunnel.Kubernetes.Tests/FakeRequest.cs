namespace K8sPqTunnel.Kubernetes.Tests;

/// <summary>What the fake API server was asked.</summary>
internal sealed record FakeRequest(string Method, string Path, IReadOnlyDictionary<string, string> Query, string? ContentType, string Body);
