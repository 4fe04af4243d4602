using System.Text.Json.Nodes;
using K8sPqTunnel.Lab.Kubernetes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>The tests' tunnel: from the pods of node1 to the remote site. Each test changes what it is about.</summary>
internal sealed record TunnelSpec
{
    public const string Name = "remote";
    public const string LocalId = "node1.example.net";
    public const string RemoteId = "remote.example.net";
    public const string HybridIke = "aes256gcm16-prfsha384-ecp384-ke1_mlkem768";
    public const string HybridChild = "aes256gcm16-ecp384-ke1_mlkem768";

    public string IkeProposal { get; init; } = HybridIke;

    public string RemoteNetwork { get; init; } = RemoteSite.Network;

    /// <summary>The IpsecGateway that carries the tunnel; null for a gateway of its own.</summary>
    public string? Gateway { get; init; }

    /// <summary>Of a gateway of its own; null for none.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>Labels of the node of a gateway of its own, beside its name.</summary>
    public IReadOnlyDictionary<string, string> NodeLabels { get; init; } = new Dictionary<string, string>();

    public string PeerAddress { get; init; } = RemoteSite.Address;

    public string SecretName { get; init; } = Manifests.SecretName;

    public bool Probe { get; init; } = true;

    /// <summary>A field that no version has, or null.</summary>
    public string? UnknownField { get; init; }

    public JsonObject ToJson()
    {
        var spec = new JsonObject
        {
            ["peer"] = new JsonObject { ["profile"] = "StrongSwan", ["addresses"] = new JsonArray(PeerAddress), ["id"] = RemoteId },
            ["local"] = new JsonObject { ["id"] = LocalId },
            ["authentication"] = new JsonObject
            {
                ["psk"] = new JsonObject { ["secretRef"] = new JsonObject { ["name"] = SecretName, ["key"] = Manifests.SecretKey } },
            },
            ["postQuantum"] = new JsonObject { ["keyExchange"] = "Required" },
            ["ike"] = new JsonObject { ["proposals"] = new JsonArray(IkeProposal) },
            ["child"] = new JsonObject { ["proposals"] = new JsonArray(HybridChild) },
            ["traffic"] = new JsonObject
            {
                ["local"] = new JsonArray(ClusterNetwork.PodNetwork(1)),
                ["remote"] = new JsonArray(RemoteNetwork),
            },
        };
        if (Gateway is null)
            spec["gateway"] = OwnGateway();
        else
            spec["gatewayRef"] = new JsonObject { ["name"] = Gateway };
        if (Probe)
            spec["probe"] = new JsonObject { ["target"] = RemoteSite.Host, ["interval"] = "1s" };
        if (UnknownField is not null)
            spec[UnknownField] = "?";
        return spec;
    }

    private JsonObject OwnGateway()
    {
        var selector = new JsonObject { ["kubernetes.io/hostname"] = ClusterNetwork.NodeName(1) };
        foreach ((string label, string value) in NodeLabels)
            selector[label] = value;
        var gateway = new JsonObject { ["nodeSelector"] = selector };
        if (MetricsPort is { } port)
            gateway["metricsPort"] = port;
        return gateway;
    }
}
