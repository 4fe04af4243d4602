namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>One after the other: an admission policy is for all tunnels of the API server.</summary>
[CollectionDefinition(nameof(ModernApi))]
public sealed class ModernApiCollection : ICollectionFixture<ModernApi>;
