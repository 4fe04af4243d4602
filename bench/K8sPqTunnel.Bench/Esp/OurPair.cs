using System.Text.Json.Nodes;
using K8sPqTunnel.Bench.Suites;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>Two of our daemons, as <c>pqtunnel up</c> runs them.</summary>
internal static class OurPair
{
    private const string Psk = "a key that only the benchmark uses, 32+ octets";
    private const string SecretName = "psk";

    public static async Task<TunnelPair> StartAsync(EspStage stage, CancellationToken cancellationToken)
    {
        EspNetwork network = await stage.CreateNetworkAsync(cancellationToken);
        RunningCommand right = await StartEndAsync(
            stage, network.Right, "right", "left", EspNetwork.LeftOuter, EspNetwork.RightNetwork, EspNetwork.LeftNetwork, "None");
        RunningCommand left = await StartEndAsync(
            stage, network.Left, "left", "right", EspNetwork.RightOuter, EspNetwork.LeftNetwork, EspNetwork.RightNetwork, "Start");
        var pair = new TunnelPair(network, [left, right]) { Version = "ours", ProcessIds = [left.ProcessId, right.ProcessId] };
        try
        {
            await network.UntilUpAsync("our tunnel", cancellationToken);
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    private static async Task<RunningCommand> StartEndAsync(
        EspStage stage, Site site, string id, string peerId, string peer, string local, string remote, string startAction)
    {
        string folder = Directory.CreateDirectory(Path.Combine(stage.Folder, id)).FullName;
        string secret = Directory.CreateDirectory(Path.Combine(folder, "secrets", SecretName)).FullName;
        await File.WriteAllTextAsync(Path.Combine(secret, SecretName), Psk);
        string file = Path.Combine(folder, "tunnel.yaml");
        await File.WriteAllTextAsync(file, Tunnel(id, peerId, peer, local, remote, startAction).ToJsonString());
        return await site.Tools.StartAsync(stage.Daemon.Command("up", "-f", file, "--secrets", Path.Combine(folder, "secrets")) with
        {
            WorkingDirectory = stage.Repository.Root,
            LogFile = Path.Combine(folder, "pqtunnel.log"),
        });
    }

    // JSON is YAML too.
    private static JsonObject Tunnel(string id, string peerId, string peer, string local, string remote, string startAction) => new()
    {
        ["apiVersion"] = "pqtunnel.io/v1alpha1",
        ["kind"] = "IpsecTunnel",
        ["metadata"] = new JsonObject { ["name"] = "bench", ["namespace"] = "bench" },
        ["spec"] = new JsonObject
        {
            ["peer"] = new JsonObject { ["profile"] = "StrongSwan", ["addresses"] = new JsonArray(peer), ["id"] = peerId },
            ["startAction"] = startAction,
            ["local"] = new JsonObject { ["id"] = id },
            ["authentication"] = new JsonObject
            {
                ["psk"] = new JsonObject { ["secretRef"] = new JsonObject { ["name"] = SecretName, ["key"] = SecretName } },
            },
            ["postQuantum"] = new JsonObject { ["keyExchange"] = "Required" },
            ["ike"] = new JsonObject { ["proposals"] = new JsonArray(Suite.X25519MlKem768.Keywords) },
            ["child"] = new JsonObject { ["proposals"] = new JsonArray(Suite.EspKeywords) },
            ["traffic"] = new JsonObject { ["local"] = new JsonArray(local), ["remote"] = new JsonArray(remote) },
        },
    };
}
