using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.peer: addresses and the identity to be proven.</summary>
internal static class PeerRules
{
    private const int MaxAddresses = 8;
    private const string AnyAddress = "any";
    private const string Example = "198.51.100.0/24";

    private static readonly IPNetwork[] Anywhere = [new(IPAddress.Any, 0), new(IPAddress.IPv6Any, 0)];

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        IReadOnlyList<string> texts = spec.Peer?.Addresses ?? [];
        if (texts.Count is 0 or > MaxAddresses)
            draft.Report("spec.peer.addresses", $"the peer has {texts.Count} addresses: list 1 to {MaxAddresses} IP addresses or DNS names");

        var addresses = new List<PeerAddress>();
        var networks = new List<IPNetwork>();
        for (int i = 0; i < Math.Min(texts.Count, MaxAddresses); i++)
        {
            if (texts[i] == AnyAddress)
                networks.AddRange(Anywhere);
            else if (texts[i].Contains('/'))
                ReadNetwork(texts[i], $"spec.peer.addresses[{i}]", networks, draft);
            else if (TryAddress(texts[i], out PeerAddress? address))
                addresses.Add(address);
            else
                draft.Report($"spec.peer.addresses[{i}]",
                    $"\"{texts[i]}\" is neither an IP address nor a DNS name: write one, for example 198.51.100.7");
        }

        draft.PeerAddresses = addresses;
        draft.PeerNetworks = networks;
        if (addresses.Count == 0 && networks.Count > 0)
            CheckStrangers(spec, draft);
        draft.PeerId = Identity(spec.Peer?.Id, addresses, draft);
    }

    private static void ReadNetwork(string text, string path, List<IPNetwork> networks, SettingsDraft draft)
    {
        if (CidrText.TryParse(text, Example, out IPNetwork network, out string? error))
            networks.Add(network);
        else
            draft.Report(path, error);
    }

    /// <summary>A peer of unknown address has to begin, and to have a name.</summary>
    private static void CheckStrangers(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        StartAction action = spec.StartAction ?? StartAction.Start;
        if (action != StartAction.None)
        {
            draft.Report("spec.startAction", $"{action} needs an address to begin with, and spec.peer.addresses names only networks: "
                + "write None, so that the peer begins, or add an address");
        }

        if (spec.Peer?.Id is null)
        {
            draft.Report("spec.peer.id", "nothing says who the peer of unknown address is: write the identity that it has to prove, "
                + "for example branch-berlin.example.net, or *.example.net for several peers");
        }
    }

    private static bool TryAddress(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PeerAddress? address)
    {
        if (AddressText.TryParse(text, out IPAddress? ip))
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
