using System.Text.Json.Nodes;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Writes an IpsecTunnel for the tests' gateway; JSON is YAML too. Its key lies beside it, in the shape of a mounted Secret.</summary>
internal sealed record TunnelFile
{
    private const string SecretKey = "psk";
    private const string PpkSecretName = "peer-ppk";
    private const string TlsSecretName = "gateway-tls";

    /// <summary>metadata.name; its file and its Secret are called after it.</summary>
    public string Name { get; init; } = "interop";

    public string[] Ike { get; init; } = [Connections.Remote.IkeProposal];

    public string Child { get; init; } = Connections.Remote.EspProposal;

    public string Psk { get; init; } = Connections.Psk;

    public string PeerId { get; init; } = Connections.Remote.LocalId;

    public string LocalId { get; init; } = Connections.Remote.RemoteId;

    /// <summary>Never, Fallback or Always.</summary>
    public string Tcp { get; init; } = "Never";

    /// <summary>Auto, Always or BehindNat.</summary>
    public string Encapsulation { get; init; } = "Auto";

    public string PeerAddress { get; init; } = TunnelNetwork.RemoteAddress;

    /// <summary>Ours; null for the one that the routes choose.</summary>
    public string? LocalAddress { get; init; }

    public string[] Local { get; init; } = [TunnelNetwork.LocalNetwork];

    public string[] Remote { get; init; } = [TunnelNetwork.RemoteNetwork];

    public bool Childless { get; init; }

    /// <summary>Auto, Xfrm or Userspace.</summary>
    public string Dataplane { get; init; } = "Auto";

    /// <summary>Octets that a child SA may carry; null for any number.</summary>
    public long? ChildBytes { get; init; }

    /// <summary>The same in packets.</summary>
    public long? ChildPackets { get; init; }

    /// <summary>In packets; null for the profile's.</summary>
    public int? ReplayWindow { get; init; }

    /// <summary>Silence after which the peer is asked for a sign of life, such as "1s"; null for the profile's.</summary>
    public string? LivenessDelay { get; init; }

    /// <summary>Start, Trap or None.</summary>
    public string StartAction { get; init; } = "Start";

    /// <summary>Combined or PerPair.</summary>
    public string Selectors { get; init; } = "Combined";

    /// <summary>Of the packets that are the tunnel's, such as 0x100/0xff00; null for all.</summary>
    public string? Mark { get; init; }

    /// <summary>Null for no probe.</summary>
    public string? ProbeTarget { get; init; } = TunnelNetwork.RemoteHost;

    /// <summary>Where it answers the peer's health checks.</summary>
    public string[] Answers { get; init; } = [];

    /// <summary>spec.traffic in JSON, instead of the networks; null for these.</summary>
    public string? Traffic { get; init; }

    /// <summary>A silent peer is noticed in about two seconds.</summary>
    public bool NoticesSilenceSoon { get; init; }

    /// <summary>Required, Preferred or Disabled.</summary>
    public string Policy { get; init; } = "Required";

    /// <summary>A postquantum preshared key; null for none.</summary>
    public PeerPpk? Ppk { get; init; }

    /// <summary>Octets of an IP packet beyond which we fragment IKE messages.</summary>
    public int FragmentSize { get; init; } = 1280;

    /// <summary>Auto or Disabled: whether large IKE messages show what the path carries.</summary>
    public string PathProbe { get; init; } = "Auto";

    /// <summary>How often they show it.</summary>
    public string PathProbeInterval { get; init; } = "1m";

    /// <summary>Our certificate, or null for the pre-shared key.</summary>
    public PeerCredentials? Credentials { get; init; }

    /// <summary>Soft, Strict or Off.</summary>
    public string Revocation { get; init; } = "Soft";

    public bool FollowRedirects { get; init; }

    /// <summary>Pss, Pkcs1 or Sha1.</summary>
    public string RsaSignature { get; init; } = "Pss";

    /// <summary>Writes the tunnel and its Secrets.</summary>
    /// <param name="secrets">The folder for the Secrets; one below <paramref name="folder"/> where it is null.</param>
    /// <returns>The tunnel's path, and the folder for <c>--secrets</c>.</returns>
    public (string File, string Secrets) Write(string folder, string? secrets = null)
    {
        var tunnel = new JsonObject
        {
            ["apiVersion"] = "pqtunnel.io/v1alpha1",
            ["kind"] = "IpsecTunnel",
            ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = "tests" },
            ["spec"] = new JsonObject
            {
                ["peer"] = new JsonObject
                {
                    ["profile"] = "StrongSwan",
                    ["addresses"] = new JsonArray(PeerAddress),
                    ["id"] = PeerId,
                },
                ["startAction"] = StartAction,
                ["dataplane"] = Dataplane,
                ["local"] = LocalEnd(),
                ["authentication"] = Authentication(),
                ["postQuantum"] = new JsonObject { ["keyExchange"] = Policy },
                ["ike"] = new JsonObject { ["proposals"] = new JsonArray([.. Ike]), ["childless"] = Childless },
                ["child"] = Limited(new JsonObject { ["proposals"] = new JsonArray(Child) }),
                ["transport"] = new JsonObject { ["fragmentSize"] = FragmentSize, ["tcp"] = Tcp, ["encapsulation"] = Encapsulation, ["followRedirects"] = FollowRedirects },
                ["mtu"] = new JsonObject { ["probe"] = PathProbe, ["probeInterval"] = PathProbeInterval },
                ["traffic"] = Traffic is null ? Networks() : JsonNode.Parse(Traffic),
            },
        };
        if (NoticesSilenceSoon)
            tunnel["spec"]!["liveness"] = new JsonObject { ["delay"] = "1s", ["timeout"] = "300ms", ["repeats"] = 2 };
        if (ProbeTarget is { } target)
            tunnel["spec"]!["probe"] = new JsonObject { ["target"] = target, ["interval"] = "1s", ["answer"] = new JsonArray([.. Answers]) };
        if (LivenessDelay is { } delay)
            tunnel["spec"]!["liveness"] = new JsonObject { ["delay"] = delay };
        string file = Path.Combine(folder, $"{Name}.yaml");
        secrets ??= Path.Combine(folder, "secrets");
        File.WriteAllText(file, tunnel.ToJsonString());
        if (Credentials is { } tls)
            WriteSecret(secrets, TlsSecretName, ("tls.crt", tls.Certificate), ("tls.key", tls.Key), ("ca.crt", tls.Authority));
        else
            WriteSecret(secrets, SecretName, (SecretKey, Psk));
        if (Ppk is { } ppk)
            WriteSecret(secrets, PpkSecretName, (SecretKey, ppk.Secret));
        return (file, secrets);
    }

    private JsonObject Networks()
    {
        var traffic = new JsonObject
        {
            ["local"] = new JsonArray([.. Local]),
            ["remote"] = new JsonArray([.. Remote]),
            ["selectors"] = Selectors,
        };
        if (Mark is not null)
            traffic["mark"] = Mark;
        return traffic;
    }

    private string SecretName => $"{Name}-psk";

    private JsonObject LocalEnd()
    {
        var local = new JsonObject { ["id"] = LocalId };
        if (LocalAddress is not null)
            local["address"] = LocalAddress;
        return local;
    }

    private JsonObject Limited(JsonObject child)
    {
        if (ChildBytes is { } octets)
            child["lifetimeBytes"] = octets;
        if (ChildPackets is { } packets)
            child["lifetimePackets"] = packets;
        if (ReplayWindow is { } window)
            child["replayWindow"] = window;
        return child;
    }

    private static void WriteSecret(string folder, string name, params (string Key, string Value)[] values)
    {
        string secret = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        foreach ((string key, string value) in values)
            File.WriteAllText(Path.Combine(secret, key), value);
    }

    private JsonObject Authentication()
    {
        JsonObject authentication = Proof();
        if (Ppk is { } ppk)
        {
            authentication["ppk"] = new JsonArray(new JsonObject
            {
                ["id"] = ppk.Id,
                ["required"] = ppk.Required,
                ["secretRef"] = new JsonObject { ["name"] = PpkSecretName, ["key"] = SecretKey },
            });
        }

        return authentication;
    }

    private JsonObject Proof() => Credentials is null
        ? new JsonObject { ["psk"] = new JsonObject { ["secretRef"] = new JsonObject { ["name"] = SecretName, ["key"] = SecretKey } } }
        : new JsonObject
        {
            ["certificate"] = new JsonObject
            {
                ["secretRef"] = new JsonObject { ["name"] = TlsSecretName },
                ["revocation"] = Revocation,
                ["rsaSignature"] = RsaSignature,
            },
        };
}
