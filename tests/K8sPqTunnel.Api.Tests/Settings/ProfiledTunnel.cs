using System.Text.Json;
using System.Text.Json.Nodes;
using K8sPqTunnel.Api.Proposals;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Api.Tests.Settings;

/// <summary>The least tunnel of a profile, with parts of a spec added.</summary>
internal static class ProfiledTunnel
{
    public static TunnelSettings Settings(PeerProfile profile, JsonObject part)
    {
        var spec = (JsonObject)JsonNode.Parse($$"""
            {"peer": {"profile": "{{profile}}", "addresses": ["198.51.100.7"]},
             "authentication": {"psk": {"secretRef": {"name": "k"} } },
             "traffic": {"local": ["10.1.0.0/24"], "remote": ["10.20.0.0/24"]} }
            """)!;
        foreach ((string name, JsonNode? value) in part)
        {
            if (spec[name] is JsonObject there && value is JsonObject more)
            {
                foreach ((string inner, JsonNode? added) in more)
                    there[inner] = added?.DeepClone();
            }
            else
            {
                spec[name] = value?.DeepClone();
            }
        }

        TunnelValidation validation = TunnelValidator.Validate(new IpsecTunnel
        {
            Metadata = new ObjectMetadata { Name = "berlin" },
            Spec = spec.Deserialize(ApiJsonContext.Default.IpsecTunnelSpec),
        });
        Assert.True(validation.IsValid, string.Join('\n', validation.Problems));
        return validation.Settings;
    }

    /// <summary>All of the settings as text, lists included.</summary>
    public static string Print(TunnelSettings settings) =>
        JsonSerializer.Serialize(settings with { PeerAddresses = [], PeerId = IkeIdentity.Of(System.Net.IPAddress.Loopback), Local = [], Remote = [] })
        + string.Join(',', settings.PeerAddresses) + settings.PeerId.Text + string.Join(',', settings.Local) + string.Join(',', settings.Remote);

    /// <summary>The paths of the fields that a spec names.</summary>
    public static IEnumerable<string> Paths(IpsecTunnelSpec spec) =>
        Paths(JsonSerializer.SerializeToNode(spec, ApiJsonContext.Default.IpsecTunnelSpec)!, "");

    public static string Keywords(IReadOnlyList<Proposal> proposals) => string.Join(", ", proposals.Select(proposal => proposal.Text));

    private static IEnumerable<string> Paths(JsonNode node, string path) => node is JsonObject map
        ? map.SelectMany(field => Paths(field.Value!, path.Length == 0 ? field.Key : $"{path}.{field.Key}"))
        : [path];
}
