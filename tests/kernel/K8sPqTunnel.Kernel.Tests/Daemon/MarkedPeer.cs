using K8sPqTunnel.Interop.Tests.Tunnels;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Kernel.Tests.Daemon;

/// <summary>Two tunnels between the same addresses and networks, as a strongSwan and as our daemon have them: packets' marks tell which is meant.</summary>
internal static class MarkedPeer
{
    /// <summary>Both ends' networks answer with the mark of the question; the gateway marks what the workload sends by its DSCP, cs1 or cs2.</summary>
    public static async Task PrepareAsync(KernelScene scene, CancellationToken cancellation)
    {
        foreach (Site site in new[] { scene.Network.Gateway, scene.Network.Remote })
            (await site.RunAsync(new Command("sysctl", "-q", "-w", "net.ipv4.fwmark_reflect=1"), cancellation)).EnsureSuccess();
        await scene.ShellAsync("nft 'add table ip marks; add chain ip marks arriving { type filter hook prerouting priority -150; };"
            + " add rule ip marks arriving iifname lan ip dscp cs1 meta mark set 0x100; add rule ip marks arriving iifname lan ip dscp cs2 meta mark set 0x200'");
    }

    public static TunnelFile Tunnel(string name, string dataplane) => new()
    {
        Name = name,
        Dataplane = dataplane,
        LocalId = $"{name}.gateway.example.net",
        PeerId = $"{name}.remote.example.net",
        Mark = MarkOf(name),
    };

    /// <summary>swanctl.conf of both.</summary>
    public static string Connections => $"connections {{\n{Connection("one")}{Connection("two")}}}\nsecrets {{\n{Secret("one")}{Secret("two")}}}\n";

    private static string MarkOf(string name) => name == "one" ? "0x100/0xff00" : "0x200/0xff00";

    private static string Connection(string name) => $$"""
          {{name}} {
            version = 2
            local_addrs = {{TunnelNetwork.RemoteAddress}}
            remote_addrs = {{TunnelNetwork.GatewayAddress}}
            proposals = {{Interop.Tests.Connections.Remote.IkeProposal}}
            mobike = no
            local {
              auth = psk
              id = {{name}}.remote.example.net
            }
            remote {
              auth = psk
              id = {{name}}.gateway.example.net
            }
            children {
              {{name}} {
                local_ts = {{TunnelNetwork.RemoteNetwork}}
                remote_ts = {{TunnelNetwork.LocalNetwork}}
                esp_proposals = {{Interop.Tests.Connections.Remote.EspProposal}}
                mark_in = {{MarkOf(name)}}
                mark_out = {{MarkOf(name)}}
                set_mark_in = {{MarkOf(name)}}
              }
            }
          }

        """;

    private static string Secret(string name) => $$"""
          ike-{{name}} {
            id-local = {{name}}.remote.example.net
            id-remote = {{name}}.gateway.example.net
            secret = "{{Interop.Tests.Connections.Psk}}"
          }

        """;
}
