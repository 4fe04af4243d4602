using System.Security.Cryptography;
using System.Text;
using K8sPqTunnel.Grpc.Tls;
using K8sPqTunnel.Kubernetes;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Certificates;

/// <summary>Keeps the operator's certificate authority in a Secret of its namespace: makes it once, and again before it ends.</summary>
internal sealed class IdentityStore(KubernetesClient client, string @namespace, TimeProvider clock, ILogger<IdentityStore> logger)
{
    public const string SecretName = "pqtunnel-operator-identity";

    private const string Certificate = "ca.crt";
    private const string PrivateKey = "ca.key";
    private const string PreviousCertificate = "previous-ca.crt";
    private const string DigestKey = "digest.key";
    private const int DigestKeyOctets = 32;
    private const int Attempts = 3;

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3650);

    private readonly ResourceClient<Secret> _secrets = client.Of(Kinds.Secret);

    /// <summary>Reads the identity, and makes or renews it where needed.</summary>
    /// <exception cref="KubernetesException">The Secret can be neither read nor written.</exception>
    /// <exception cref="CryptographicException">The Secret holds something else.</exception>
    public async Task<OperatorIdentity> LoadAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            Secret? stored = await _secrets.FindAsync(new NamespacedName(@namespace, SecretName), cancellationToken);
            OperatorIdentity? identity = stored is null ? null : Read(stored);
            if (identity is not null && !identity.Authority.NeedsRenewal(clock.GetUtcNow()))
                return identity;

            identity?.Dispose();
            try
            {
                await WriteAsync(stored, cancellationToken);
            }
            catch (ApiException e) when ((e.IsConflict || e.IsAlreadyExists) && attempt < Attempts)
            {
                // Another operator was quicker: its identity is the one that counts.
            }
        }
    }

    private static OperatorIdentity Read(Secret stored)
    {
        byte[] certificate = Value(stored, Certificate);
        byte[] key = Value(stored, PrivateKey);
        CertificateAuthority authority = CertificateAuthority.FromPem(certificate, key);
        CryptographicOperations.ZeroMemory(key);
        string previous = stored.Data!.TryGetValue(PreviousCertificate, out byte[]? pem) ? Encoding.UTF8.GetString(pem) : "";
        return new OperatorIdentity(authority, Lines(authority.CertificatePem) + Lines(previous), Value(stored, DigestKey));
    }

    private async Task WriteAsync(Secret? stored, CancellationToken cancellationToken)
    {
        using CertificateAuthority authority = CertificateAuthority.Create("pqtunnel-operator", clock.GetUtcNow(), Lifetime);
        byte[] key = authority.ExportPrivateKeyPem();
        try
        {
            var data = new Dictionary<string, byte[]>
            {
                [Certificate] = Encoding.UTF8.GetBytes(authority.CertificatePem),
                [PrivateKey] = key,
                // The digests must not change with the certificates, or each renewal would restart all gateways.
                [DigestKey] = stored is null ? RandomNumberGenerator.GetBytes(DigestKeyOctets) : Value(stored, DigestKey),
            };
            if (stored is not null)
                data[PreviousCertificate] = Value(stored, Certificate);
            var secret = new Secret { Metadata = Metadata(stored), Type = "Opaque", Data = data };
            if (stored is null)
                await _secrets.CreateAsync(secret, cancellationToken);
            else
                await _secrets.ApplyAsync(secret, FieldManager.Name, cancellationToken: cancellationToken);
            CertificateLog.Made(logger, authority.NotAfter);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    // With the resource version of what was read, so that two operators do not replace each other's.
    private ObjectMeta Metadata(Secret? stored) => new()
    {
        Name = SecretName,
        Namespace = @namespace,
        ResourceVersion = stored?.Metadata.ResourceVersion,
        Labels = new Dictionary<string, string> { [GatewayNames.ManagedByLabel] = GatewayNames.ManagedBy },
    };

    private static byte[] Value(Secret stored, string item) =>
        stored.Data?.GetValueOrDefault(item)
        ?? throw new CryptographicException($"Secret {stored.Metadata.Key} has no \"{item}\": delete the Secret, and the operator makes a new one.");

    private static string Lines(string pem) => pem.Length == 0 || pem.EndsWith('\n') ? pem : pem + "\n";
}
