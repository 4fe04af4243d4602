using System.Text;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Cluster.Tests;

/// <summary>The pre-shared key stays in its Secret.</summary>
public sealed class SecrecyTests(ClusterRealm realm)
{
    [Fact]
    public async Task The_key_is_in_no_log_no_object_but_its_Secret_and_no_process_argument()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "secrecy");
        await scene.StartPeerAsync();
        await scene.BringUpAsync();

        string[][] questions =
        [
            ["--namespace", "pqtunnel-system", "logs", "deployment/pqtunnel-operator"],
            ["--namespace", scene.Name, "logs", "--selector", "app.kubernetes.io/name=pqtunnel-gateway", "--tail=-1"],
            ["get", "ipsectunnels,ipsecgateways,deployments,replicasets,pods,configmaps,serviceaccounts,events", "--all-namespaces", "--output", "json"],
            ["get", "events.events.k8s.io", "--all-namespaces", "--output", "json"],
            ["--namespace", "pqtunnel-system", "get", "secrets", "--output", "json"],
        ];
        foreach (string[] question in questions)
            AssertSilent(scene.Psk, $"kubectl {string.Join(' ', question)}", await realm.Kubectl.RunAsync(TestContext.Current.CancellationToken, question));

        CommandResult processes = await realm.Node.RunAsync(
            new Command("bash", "-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' ' '"), TestContext.Current.CancellationToken);
        Assert.Contains("/app/pqtunnel", processes.Output, StringComparison.Ordinal);
        AssertSilent(scene.Psk, "the processes of the node", processes.Output);
    }

    private static void AssertSilent(string psk, string where, string text)
    {
        Assert.False(string.IsNullOrWhiteSpace(text), $"{where} said nothing at all, so its silence proves nothing.");
        byte[] octets = Encoding.UTF8.GetBytes(psk);
        foreach (string form in (string[])[psk, Convert.ToBase64String(octets), Convert.ToHexStringLower(octets), Convert.ToHexString(octets)])
            Assert.False(text.Contains(form, StringComparison.Ordinal), $"{where} has the pre-shared key.");
    }
}
