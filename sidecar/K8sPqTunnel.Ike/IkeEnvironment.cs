using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;

namespace K8sPqTunnel.Ike;

/// <summary>What the core needs from the outside: chance, OpenSSL, SPIs, and somewhere to put what comes out.</summary>
/// <param name="Random">SPIs, nonces, IVs of CBC, spread of waits.</param>
/// <param name="KeyExchanges">Fresh key pairs.</param>
/// <param name="EspSpis">Inbound SPIs of child SAs.</param>
/// <param name="Output">Datagrams, intents and events.</param>
/// <param name="Crypto">What the OpenSSL of this machine can do.</param>
/// <param name="Certificates">Checks peers' certificates; null refuses them all.</param>
public sealed record IkeEnvironment(
    IRandomSource Random,
    IKeyExchangeSource KeyExchanges,
    IEspSpiSource EspSpis,
    IIkeOutput Output,
    CryptoCapabilities Crypto,
    ICertificateVerifier? Certificates = null)
{
    /// <summary>Shared by all connections of a process.</summary>
    public FragmentMemory Fragments { get; init; } = new();
}
