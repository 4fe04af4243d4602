using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Operator.Tests.Certificates;

public sealed class IdentityStoreTests
{
    private const string Path = "api/v1/namespaces/pqtunnel-system/secrets/" + IdentityStore.SecretName;

    [Fact]
    public async Task The_authority_outlives_a_restart()
    {
        using var cluster = new MemoryCluster();
        using OperatorIdentity first = await LoadAsync(cluster, DateTimeOffset.UtcNow);
        using OperatorIdentity second = await LoadAsync(cluster, DateTimeOffset.UtcNow);
        Assert.Equal(first.TrustedPem, second.TrustedPem);
        Assert.Equal(first.DigestKey, second.DigestKey);
        Assert.Single(cluster.Writes);
    }

    [Fact]
    public async Task An_old_authority_is_renewed_and_stays_trusted_and_digests_stay_the_same()
    {
        using var cluster = new MemoryCluster();
        using OperatorIdentity old = await LoadAsync(cluster, DateTimeOffset.UtcNow);
        using OperatorIdentity renewed = await LoadAsync(cluster, DateTimeOffset.UtcNow.AddYears(8));
        Assert.NotEqual(old.Authority.CertificatePem, renewed.Authority.CertificatePem);
        Assert.Contains(old.Authority.CertificatePem.Trim(), renewed.TrustedPem);
        Assert.Contains(renewed.Authority.CertificatePem.Trim(), renewed.TrustedPem);
        Assert.Equal(old.DigestKey, renewed.DigestKey);
    }

    [Fact]
    public async Task A_secret_that_holds_something_else_is_named()
    {
        using var cluster = new MemoryCluster();
        cluster.Put(Path, """{"data":{"ca.crt":"eA=="}}""");
        var e = await Assert.ThrowsAsync<System.Security.Cryptography.CryptographicException>(() => LoadAsync(cluster, DateTimeOffset.UtcNow));
        Assert.Contains(IdentityStore.SecretName, e.Message);
    }

    private static Task<OperatorIdentity> LoadAsync(MemoryCluster cluster, DateTimeOffset now)
    {
        var client = new KubernetesClient(new Uri("http://memory"), cluster);
        return new IdentityStore(client, "pqtunnel-system", new FixedTime(now), NullLogger<IdentityStore>.Instance).LoadAsync(CancellationToken.None);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
