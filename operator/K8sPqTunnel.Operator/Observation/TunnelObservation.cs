using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>All that is known of a tunnel at one moment; conditions and status are functions of it.</summary>
/// <param name="Generation">metadata.generation of the spec that was read.</param>
/// <param name="Policy">spec.postQuantum.keyExchange, filled in.</param>
/// <param name="Validation">What the rules say of the spec.</param>
/// <param name="Secrets">The values of Secrets that it needs; empty without settings.</param>
/// <param name="Gateway">The gateway pod.</param>
/// <param name="Daemon">What the daemon said; null when none ever called.</param>
/// <param name="Refusal">The API server's words where it refused what the tunnel needs; null when it took it.</param>
internal sealed record TunnelObservation(
    long Generation,
    KeyExchangePolicy Policy,
    TunnelValidation Validation,
    IReadOnlyList<SecretSight> Secrets,
    GatewaySight Gateway,
    DaemonSight? Daemon,
    string? Refusal = null)
{
    /// <summary>When it was looked at: certificates have dates.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The certificates that it names; null where neither end uses one.</summary>
    public CertificateSight? Certificates =>
        Validation.Settings is { Authentication: var authentication } && new CertificateSight(authentication, Secrets) is { IsNeeded: true } sight ? sight : null;

    /// <summary>The name of the objects of the gateway that it is to have.</summary>
    public string? GatewayName { get; init; }

    /// <summary>What it does less than the post-quantum policies of its namespace want.</summary>
    public IReadOnlyList<Problem> PolicyProblems { get; init; } = [];

    /// <summary>The IpsecGateway that it names and that does not exist; else null.</summary>
    public string? MissingGateway { get; init; }

    /// <summary>The name of the objects of another gateway that it ran on before; else null.</summary>
    public string? FormerGateway { get; init; }

    /// <summary>Another tunnel of its gateway that carries the same packets already; else null.</summary>
    public string? SelectorsTakenBy { get; init; }
}
