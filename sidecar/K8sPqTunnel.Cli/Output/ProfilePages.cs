using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Cli.Output;

/// <summary>What `pqtunnel profiles` prints.</summary>
internal static class ProfilePages
{
    /// <summary>What no profile changes, because it depends on no peer.</summary>
    private static readonly (string What, string Value)[] Fixed =
    [
        ("sequence numbers", "32 bits; 64 (ESN) where a child proposal names esn"),
        ("configuration payload", "never sent: this end asks for no address"),
    ];

    public static void WriteList(TextWriter output) => TextTable.Write(output, ["Profile", "Peer", "Rests on"],
        [.. ProfileDefaults.All.Select(row => (string[])[row.Profile.ToString(), row.Product, row.Evidence])]);

    public static void WritePage(TextWriter output, ProfileDefaults profile, KeyExchangePolicy policy)
    {
        output.WriteLine($"{profile.Profile}: {profile.Product}");
        output.WriteLine($"Rests on {profile.Evidence}. Values of a tunnel's own win.");
        output.WriteLine();
        TextTable.Write(output, ["Field", "Value"],
        [
            .. Rows(Spec(profile, policy), "spec").Select(row => (string[])[row.Path, row.Value]),
            .. Fixed.Select(row => (string[])[row.What, row.Value]),
        ]);
        foreach (string note in profile.Notes)
        {
            output.WriteLine();
            output.WriteLine(note);
        }
    }

    public static void WriteYaml(TextWriter output, ProfileDefaults profile, KeyExchangePolicy policy)
    {
        output.WriteLine($"# What profile {profile.Profile} ({profile.Product}) fills in. Values of a tunnel's own win.");
        output.Write(YamlText.Of(new JsonObject { ["spec"] = Spec(profile, policy) }));
    }

    private static JsonNode Spec(ProfileDefaults profile, KeyExchangePolicy policy) =>
        JsonSerializer.SerializeToNode(profile.ToSpec(policy), ApiJsonContext.Default.IpsecTunnelSpec)!;

    private static IEnumerable<(string Path, string Value)> Rows(JsonNode node, string path) => node switch
    {
        JsonObject map => map.SelectMany(field => Rows(field.Value!, $"{path}.{field.Key}")),
        JsonArray list => list.SelectMany((item, index) => Rows(item!, $"{path}[{index}]")),
        _ => [(path, node.ToString())],
    };
}
