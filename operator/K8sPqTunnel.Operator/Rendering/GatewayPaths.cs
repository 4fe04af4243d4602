namespace K8sPqTunnel.Operator.Rendering;

/// <summary>Where the daemon finds its files in a gateway pod.</summary>
internal static class GatewayPaths
{
    public const string TunnelFile = "tunnel.yaml";
    public const string AuthorityFile = "ca.crt";
    public const string TokenFile = "token";

    public const string TunnelFolder = "/etc/pqtunnel/tunnel";
    public const string AuthorityFolder = "/etc/pqtunnel/ca";

    /// <summary>Holds SECRET/KEY.</summary>
    public const string SecretsFolder = "/etc/pqtunnel/secrets";
    public const string TokenFolder = "/var/run/secrets/pqtunnel";

    /// <summary>For the daemon's control socket.</summary>
    public const string RunFolder = "/run/pqtunnel";
    public const string TunDevice = "/dev/net/tun";
}
