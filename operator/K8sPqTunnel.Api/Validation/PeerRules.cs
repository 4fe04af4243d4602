using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.peer: addresses and the identity to be proven.</summary>
internal static class PeerRules
{
    private const int MaxAddresses = 8;

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        IReadOnlyList<string> texts = spec.Peer?.Addresses ?? [];
        if (texts.Count is 0 or > MaxAddresses)
            draft.Report("spec.peer.addresses", $"the peer has {texts.Count} addresses: list 1 to {MaxAddresses} IP addresses or DNS names");

        var addresses = new List<PeerAddress>();
        for (int i = 0; i < Math.Min(texts.Count, MaxAddresses); i++)
        {
            if (TryAddress(texts[i], out PeerAddress? address))
                addresses.Add(address);
            else
                draft.Report($"spec.peer.addresses[{i}]",
                    $"\"{texts[i]}\" is neither an IP address nor a DNS name: write one, for example 198.51.100.7");
        }

        draft.PeerAddresses = addresses;
        draft.PeerId = Identity(spec.Peer?.Id, addresses, draft);
    }

    private static bool TryAddress(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PeerAddress? address)
    {
        // IPAddress takes short forms such as "10.1"; only the form that it prints itself is meant as an address here.
        if (IPAddress.TryParse(text, out IPAddress? ip) && (text.Contains(':') || text == ip.ToString()))
            address = new PeerAddress(text, ip);
        else
            address = DnsName.IsValid(text) ? new PeerAddress(text, null) : null;
        return address is not null;
    }

    private static IkeIdentity? Identity(string? text, List<PeerAddress> addresses, SettingsDraft draft)
    {
        if (text is null && draft.Defaults.PeerIsItsAddress && addresses is [{ Address: null } name, ..])
        {
            draft.Report("spec.peer.id", $"a {draft.Defaults.Profile} peer proves itself by its IP address, which \"{name.Text}\" does not say: "
                + "write the address there, or in spec.peer.addresses");
        }

        text ??= addresses.Count > 0 ? addresses[0].Text : null;
        if (text is null)
            return null;
        if (!IkeIdentity.TryParsePattern(text, out IkeIdentity? identity, out string? error))
            draft.Report("spec.peer.id", error);
        return identity;
    }
}
