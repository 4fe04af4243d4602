using System.Net;
using K8sPqTunnel.Sidecar.OperatorLink;

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>What the daemon of a gateway pod is told at its start. The rest the operator sends.</summary>
public sealed record GatewayOptions
{
    public required OperatorLinkOptions Operator { get; init; }

    /// <summary>Namespace of the gateway and of its tunnels.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the gateway's ReplicaSet and service account.</summary>
    public required string Name { get; init; }

    /// <summary>Folder with a YAML file for each tunnel that the gateway had when its pod was made, as the kubelet keeps it.</summary>
    public required string TunnelsFolder { get; init; }

    /// <summary>Holds SECRET/KEY for them.</summary>
    public required string SecretsFolder { get; init; }

    /// <summary>Folder in memory, of the pod: what the operator has sent since, for this process's successor in the same pod.</summary>
    public required string KeptFolder { get; init; }

    public required LoadTunnel Load { get; init; }

    /// <summary>Path of the Unix socket for `pqtunnel status` and `rekey`.</summary>
    public required string ControlPath { get; init; }

    /// <summary>Where health and metrics are served; null for nowhere.</summary>
    public IPEndPoint? Health { get; init; }
}
