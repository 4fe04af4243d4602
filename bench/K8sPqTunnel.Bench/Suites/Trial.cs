using System.Collections.Immutable;

namespace K8sPqTunnel.Bench.Suites;

/// <summary>One comparison of handshakes: what is run, against which charon.</summary>
/// <param name="Goal">How many times the peer's handshakes per CPU second ours shall be; null where nothing was promised.</param>
internal sealed record Trial(Suite Suite, AuthenticationKind Authentication, string Release, double? Goal = null)
{
    /// <summary>strongSwan 6.1 in all; 6.0, which Debian builds without ML-KEM, in what it can do.</summary>
    public static ImmutableArray<Trial> All { get; } =
    [
        new(Suite.P384MlKem768, AuthenticationKind.Psk, "6.1", Goal: 1.5),
        new(Suite.X25519MlKem768, AuthenticationKind.Psk, "6.1", Goal: 2.5),
        new(Suite.P384MlKem768, AuthenticationKind.EcdsaP384, "6.1"),
        new(Suite.X25519MlKem768, AuthenticationKind.EcdsaP256, "6.1"),
        new(Suite.P384, AuthenticationKind.Psk, "6.1"),
        new(Suite.P384, AuthenticationKind.Psk, "6.0"),
        new(Suite.X25519, AuthenticationKind.Psk, "6.0"),
        new(Suite.P384, AuthenticationKind.EcdsaP384, "6.0"),
        new(Suite.X25519, AuthenticationKind.EcdsaP256, "6.0"),
    ];

    public string Name => $"{Suite.Name}, {AuthenticationName}";

    private string AuthenticationName => Authentication switch
    {
        AuthenticationKind.EcdsaP256 => "ECDSA P-256",
        AuthenticationKind.EcdsaP384 => "ECDSA P-384",
        _ => "PSK",
    };
}
