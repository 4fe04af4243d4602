using K8sPqTunnel.Api.Documents;

namespace K8sPqTunnel.Api.Tests;

/// <summary>A tunnel that has no problem, as text to be spoiled.</summary>
internal static class Sample
{
    public const string Yaml = """
        apiVersion: pqtunnel.io/v1alpha1
        kind: IpsecTunnel
        metadata: {name: berlin, namespace: network}
        spec:
          peer:
            profile: StrongSwan
            addresses: [198.51.100.7]
            id: branch-berlin.example.net
          local: {id: edge.example.net}
          authentication:
            psk: {secretRef: {name: berlin-psk, key: psk}}
          postQuantum: {keyExchange: Required}
          ike: {proposals: [aes256gcm16-prfsha384-ecp384-ke1_mlkem768], lifetime: 4h}
          child: {proposals: [aes256gcm16-ecp384-ke1_mlkem768], lifetime: 1h}
          traffic: {mode: Policy, local: [10.244.0.0/16], remote: [10.20.0.0/16]}
          dataplane: Auto
          probe: {target: 10.20.0.1, interval: 1s}
        """;

    /// <summary>The problems of the sample after one replacement in its text.</summary>
    /// <param name="more">A further field of spec.</param>
    public static string[] ProblemsAfter(string old, string replacement, string? more = null)
    {
        Assert.Contains(old, Yaml);
        string yaml = Yaml.Replace(old, replacement) + (more is null ? "" : $"\n  {more}");
        using TunnelDocument document = TunnelDocument.Load(yaml, "tunnel.yaml");
        return [.. document.Problems.Select(p => p.ToString())];
    }
}
