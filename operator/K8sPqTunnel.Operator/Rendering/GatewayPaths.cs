namespace K8sPqTunnel.Operator.Rendering;

/// <summary>Where the daemon finds its files in a gateway pod.</summary>
internal static class GatewayPaths
{
    public const string AuthorityFile = "ca.crt";
    public const string TokenFile = "token";

    /// <summary>Holds TUNNEL.yaml.</summary>
    public const string TunnelsFolder = "/etc/pqtunnel/tunnels";
    public const string AuthorityFolder = "/etc/pqtunnel/ca";

    /// <summary>Holds SECRET/KEY.</summary>
    public const string SecretsFolder = "/etc/pqtunnel/secrets";
    public const string TokenFolder = "/var/run/secrets/pqtunnel";

    public const string RunFolder = "/run/pqtunnel";

    /// <summary>What the operator has sent, for as long as the pod lives.</summary>
    public const string KeptFolder = RunFolder + "/kept";

    /// <summary>A name of its own: one made from the tunnel's could be longer than a socket's path may be (unix(7): 108 octets).</summary>
    public const string ControlSocket = RunFolder + "/daemon.sock";
    public const string TunDevice = "/dev/net/tun";

    /// <summary>A tunnel's file.</summary>
    public static string FileOf(string tunnel) => tunnel + ".yaml";
}
