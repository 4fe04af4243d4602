namespace K8sPqTunnel.Bench.Suites;

/// <summary>How both ends of a benchmark's tunnels prove who they are.</summary>
internal enum AuthenticationKind
{
    Psk,

    /// <summary>ECDSA certificates of both ends and of the authority above them, over P-256 with SHA-256.</summary>
    EcdsaP256,

    /// <summary>The same over P-384 with SHA-384.</summary>
    EcdsaP384,
}
