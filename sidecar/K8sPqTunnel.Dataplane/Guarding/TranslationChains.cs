using System.Net;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Nftables;
using K8sPqTunnel.Dataplane.Translation;

namespace K8sPqTunnel.Dataplane.Guarding;

/// <summary>
/// The chains of one family in a tunnel's nftables table that give its packets the addresses that the peer knows, and back, and keep from
/// others' source NAT (masquerading of pods and VMs) what has them already: behind that no SA or policy would cover the packets.
/// </summary>
/// <remarks>
/// The kernel translates whole connections, ICMP errors about them too. What it cannot assign to one (INVALID) it does not translate:
/// such packets are dropped and counted in <see cref="UntranslatedChain"/>, as they would go another way in clear.
/// </remarks>
/// <param name="tunnelInterface">Through which the tunnel's packets run; null where policies choose them by their addresses.</param>
internal sealed class TranslationChains(string table, IpFamily family, GuardedTraffic traffic, string? tunnelInterface)
{
    /// <summary>Counts what should have been translated and was not.</summary>
    public const string UntranslatedChain = "untranslated";

    private const string SourceChain = "source";
    private const string DestinationChain = "destination";
    private const string ReturningChain = "returning";
    private const string LeavingChain = "behind_source";
    private const string ArrivingChain = "before_destination";

    /// <summary>Before others' source NAT (100). All chains of type nat act at 100.</summary>
    private const int SourcePriority = 90;

    /// <summary>Before others' destination NAT. All chains of type nat act at -100.</summary>
    private const int DestinationPriority = -110;
    private const int BehindSourceNat = 110;
    private const int BeforeDestinationNat = -150;
    private const int Filter = 10;

    private readonly OwnConversations _own = new(family, traffic);

    /// <summary>What a kernel answers that lacks CONFIG_NFT_NAT.</summary>
    public static bool IsMissing(NetlinkException refusal) => refusal.ErrorNumber is Errno.NoEntry or Errno.NotSupported;

    /// <summary>The sentence for a tunnel that needs what <see cref="IsMissing"/> says.</summary>
    public static IOException Missing(string tunnel, NetlinkException refusal) => new(
        $"tunnel \"{tunnel}\": this host's kernel cannot translate addresses (no CONFIG_NFT_NAT or CONFIG_NF_NAT): leave spec.nat out, or take another kernel", refusal);

    public void AddTo(NftBatch batch)
    {
        AddSource(batch);
        if (traffic.Translations.Count == 0)
            return;
        AddDestination(batch);
        batch.AddChain(table, UntranslatedChain);
        batch.AddRule(table, UntranslatedChain, Rule().Count().Drop());
        AddReturning(batch);
        if (tunnelInterface is not null)
            return;
        // With an interface of its own the data plane itself drops these, and the guard what passes it by.
        AddLeaving(batch);
        AddArriving(batch);
    }

    private void AddSource(NftBatch batch)
    {
        batch.AddBaseChain(table, SourceChain, "nat", NftHook.PostRouting, SourcePriority);
        if (tunnelInterface is null && traffic.Translations.Count > 0)
            AddAll(batch, SourceChain, _own.Outgoing());
        foreach (TranslatedNetwork translation in traffic.Translations)
            AddAll(batch, SourceChain, Outbound(translation.Inside).Select(rule => rule.MapSource(translation.Outside)));
        foreach (IPNetwork local in traffic.Local)
            AddAll(batch, SourceChain, Outbound(local).Select(rule => rule.KeepSource()));
    }

    private void AddDestination(NftBatch batch)
    {
        batch.AddBaseChain(table, DestinationChain, "nat", NftHook.PreRouting, DestinationPriority);
        // This host answers there itself, whoever else may have the address inside.
        AddAll(batch, DestinationChain, traffic.Answers.SelectMany(address => Inbound(family.Host(address))).Select(rule => rule.Accept()));
        foreach (TranslatedNetwork translation in traffic.Translations.Where(translation => !translation.IsOneWay))
            AddAll(batch, DestinationChain, Inbound(translation.Outside).Select(rule => rule.MapDestination(translation.Inside)));
    }

    /// <summary>What came out of the tunnel and still has an address that nobody here has would be routed away in clear.</summary>
    private void AddReturning(NftBatch batch)
    {
        batch.AddBaseChain(table, ReturningChain, "filter", NftHook.Forward, Filter);
        foreach (TranslatedNetwork translation in traffic.Translations)
            AddAll(batch, ReturningChain, Inbound(translation.Outside).Select(rule => rule.Jump(UntranslatedChain)));
    }

    /// <summary>No policy covers what leaves with its inside address.</summary>
    private void AddLeaving(NftBatch batch)
    {
        batch.AddBaseChain(table, LeavingChain, "filter", NftHook.PostRouting, BehindSourceNat);
        AddAll(batch, LeavingChain, _own.Outgoing());
        AddAll(batch, LeavingChain, traffic.Translations.Select(translation => Rule().From(translation.Outside).Accept()));
        foreach (TranslatedNetwork translation in traffic.Translations)
            AddAll(batch, LeavingChain, Outbound(translation.Inside).Select(rule => rule.Jump(UntranslatedChain)));
    }

    /// <summary>Nor what a stranger sends to an inside address in clear.</summary>
    private void AddArriving(NftBatch batch)
    {
        batch.AddBaseChain(table, ArrivingChain, "filter", NftHook.PreRouting, BeforeDestinationNat);
        AddAll(batch, ArrivingChain, _own.Incoming());
        AddAll(batch, ArrivingChain, traffic.Translations.Select(translation => Rule().To(translation.Outside).Accept()));
        foreach (TranslatedNetwork translation in traffic.Translations)
            AddAll(batch, ArrivingChain, Inbound(translation.Inside).Select(rule => rule.Jump(UntranslatedChain)));
    }

    private IEnumerable<NftRule> Outbound(IPNetwork from) => tunnelInterface is not null
        ? [Rule().OutputInterface(tunnelInterface).From(from)]
        : traffic.Remote.Select(remote => Rule().Marked(traffic.Mark).From(from).To(remote));

    private IEnumerable<NftRule> Inbound(IPNetwork to) => tunnelInterface is not null
        ? [Rule().InputInterface(tunnelInterface).To(to)]
        : traffic.Remote.Select(remote => Rule().Marked(traffic.Mark).From(remote).To(to));

    private void AddAll(NftBatch batch, string chain, IEnumerable<NftRule> rules)
    {
        foreach (NftRule rule in rules)
            batch.AddRule(table, chain, rule);
    }

    private NftRule Rule() => new(family);
}
