using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Tests.ModernCluster;

/// <summary>Tunnels for policies to judge: each is right by itself, since others are refused anyway.</summary>
internal static class PolicyTunnels
{
    // Of the random ones; any other finds other proposals.
    private const int Seed = 136;
    private const int RandomOnes = 150;

    private const string Psk = "psk: {secretRef: {name: berlin-psk, key: psk}}";
    private const string Certificate = "certificate: {secretRef: {name: edge-tls}}";
    private const string Proposal = "[aes256gcm16-prfsha384-ecp384-ke1_mlkem768]";
    private const string WithoutProposals = " # without proposals";
    private const string Ike = $"ike: {{proposals: {Proposal}, lifetime: 4h}}";

    // What is put in the place of a part of the sample, which complies with the default policy.
    private static readonly (string Old, string Replacement)[] Variants =
    [
        (Proposal, Proposal),
        (Proposal, "[aes256gcm16-prfsha384-ecp384-ke1_mlkem512]"),
        (Proposal, "[aes256gcm16-prfsha384-ecp384-ke1_mlkem1024]"),
        (Proposal, "[aes256gcm16-prfsha384-mlkem768]"),
        (Proposal, "[aes256gcm16-prfsha384-mlkem512-mlkem1024]"),
        (Proposal, "[aes256gcm16-prfsha384-mlkem1024-ecp384-ke1_mlkem512]"),
        (Proposal, "[aes256gcm16-prfsha384-ecp384-ke1_mlkem1024-ke1_mlkem768]"),
        (Proposal, "[aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke2_mlkem1024]"),
        (Proposal, "[aes256gcm16-prfsha384-ecp384-ke1_mlkem512-ke7_mlkem768]"),
        (Proposal, "[aes256gcm16-prfsha384-ecp384-ke1_mlkem1024, aes256gcm16-prfsha384-ecp384-ke1_mlkem512]"),
        (Proposal, "[aes256-sha384-prfsha384-x25519-ke1_mlkem768, aes256gcm16-prfsha512-ecp521-ke1_mlkem1024]"),
        .. Enum.GetValues<PeerProfile>().Select(profile => ($"profile: StrongSwan\n    addresses: [198.51.100.7]", $"profile: {profile}\n    addresses: [198.51.100.7]")),
        .. Enum.GetValues<PeerProfile>().Select(profile => ("profile: StrongSwan", $"profile: {profile}{WithoutProposals}")),
        (Ike, "ike: {lifetime: 4h}"),
        ($"postQuantum: {{keyExchange: Required}}\n  {Ike}", "postQuantum: {keyExchange: Preferred}\n  ike: {proposals: [aes256gcm16-prfsha384-ecp384-ke1_mlkem768-ke1_none]}"),
        ($"postQuantum: {{keyExchange: Required}}\n  {Ike}", $"postQuantum: {{keyExchange: Preferred}}\n  {Ike}"),
        ($"postQuantum: {{keyExchange: Required}}\n  {Ike}", "postQuantum: {keyExchange: Disabled}\n  ike: {proposals: [aes256gcm16-prfsha384-ecp384]}"),
        ($"postQuantum: {{keyExchange: Required}}\n  {Ike}", "postQuantum: {keyExchange: Disabled}"),
        ("postQuantum: {keyExchange: Required}\n  ", ""),
        (Psk, Certificate),
        (Psk, $"{{ {Certificate}, ppk: [{{id: a, secretRef: {{name: ppk}}}}] }}"),
        (Psk, $"{{ {Certificate}, ppk: [{{id: a, secretRef: {{name: ppk}}, required: true}}] }}"),
        (Psk, $"{{ {Certificate}, ppk: [{{id: a, secretRef: {{name: ppk}}}}, {{id: b, secretRef: {{name: ppk}}, required: false}}] }}"),
        (Psk, $"{{ {Psk}, ppk: [{{id: a, secretRef: {{name: ppk}}, required: false}}] }}"),
        (Psk, $"{{ {Psk}, certificate: {{secretRef: {{name: edge-tls}}, caSecretRef: {{name: roots}}}}, local: Psk, remote: Certificate }}"),
        (Psk, $"{{ {Psk}, certificate: {{secretRef: {{name: edge-tls}}, caSecretRef: {{name: roots}}}}, local: Certificate, remote: Psk }}"),
        (Psk, $"{{ {Psk}, certificate: {{secretRef: {{name: edge-tls}}, caSecretRef: {{name: roots}}}}, local: Psk, remote: Psk }}"),
    ];

    /// <summary>As they are written, and as our own rules read them.</summary>
    public static IReadOnlyList<(string Yaml, TunnelSettings Settings)> All { get; } = [.. Written().SelectMany(Read)];

    private static IEnumerable<string> Written()
    {
        foreach ((string old, string replacement) in Variants)
        {
            Assert.Contains(old, Sample.Yaml, StringComparison.Ordinal);
            string yaml = Sample.Yaml.Replace(old, replacement, StringComparison.Ordinal);
            yield return replacement.EndsWith(WithoutProposals, StringComparison.Ordinal) ? yaml.Replace($"\n  {Ike}", "", StringComparison.Ordinal) : yaml;
        }

        var random = new Random(Seed);
        for (int i = 0; i < RandomOnes; i++)
            yield return Sample.Yaml.Replace(Proposal, $"[{string.Join(", ", Enumerable.Range(0, random.Next(1, 3)).Select(_ => RandomProposal(random)))}]", StringComparison.Ordinal);
    }

    // A few methods in any order, each in one round, since rounds share none (RFC 9370 2.2.1).
    private static string RandomProposal(Random random)
    {
        string[] methods = ["mlkem512", "mlkem768", "mlkem1024", "ecp384", "x25519"];
        string[] rounds = ["", "ke1_", "ke2_", "ke7_"];
        random.Shuffle(methods);
        IEnumerable<string> dealt = methods.Take(random.Next(1, methods.Length)).Select((method, i) => (i == 0 ? "" : random.GetItems(rounds, 1)[0]) + method);
        return $"aes256gcm16-prfsha384-{string.Join('-', dealt)}";
    }

    private static IEnumerable<(string Yaml, TunnelSettings Settings)> Read(string yaml)
    {
        using TunnelDocument document = TunnelDocument.Load(yaml);
        return document.Tunnels.Select(settings => (yaml, settings));
    }
}
