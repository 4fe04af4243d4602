using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>Puts a peer's error notifies into sentences for a human.</summary>
internal static class PeerErrors
{
    /// <summary>How sentences begin.</summary>
    public static string Peer(IkeSa sa) => $"tunnel \"{sa.Config.Name}\": peer {sa.Path.Remote.Address}";

    public static IkeFailure Violation(IkeSa sa, string what) =>
        new(FailureReason.ProtocolViolation, $"{Peer(sa)} breaks IKEv2: {what}");

    public static IkeFailure FoundMalformed(IkeSa sa, ExchangeType exchange) => new(
        FailureReason.PeerRefused, $"{Peer(sa)} finds our {exchange} request malformed and has closed the IKE SA: its log says why");

    public static IkeFailure ClassicalChoice(IkeSa sa, IkeSelection selection) => new(
        FailureReason.NotQuantumSafe,
        $"{Peer(sa)} chose only classical key exchange ({selection}), but spec.postQuantum.keyExchange is Required. Enable ML-KEM on the peer " +
        "(strongSwan 6.1: add -ke1_mlkem768 to its proposals) or set Preferred.");

    public static IkeFailure InInit(IkeSa sa, NotifyPayload error)
    {
        if (error.Type != NotifyType.NoProposalChosen)
            return Refused(sa, "IKE_SA_INIT", error);

        string offer = $"{Peer(sa)} takes none of our IKE proposals ({ProposalText.FormatAll(sa.Offer)})";
        return new IkeFailure(FailureReason.NoProposalChosen, sa.Config.QuantumPolicy == QuantumPolicy.Required
            ? $"{offer}, each of which needs ML-KEM because spec.postQuantum.keyExchange is Required. Add one of them to the peer " +
              "(strongSwan 6.1: append -ke1_mlkem768 to what it has), or set Preferred if it has no ML-KEM."
            : $"{offer}. Add one of them to the peer, or one of the peer's to spec.ike.proposals.");
    }

    /// <param name="method">The key exchange of the round; null where there was only a postquantum preshared key.</param>
    public static IkeFailure InIntermediate(IkeSa sa, KeyExchangeMethod? method, NotifyPayload error)
    {
        if (error.Type == NotifyType.AuthenticationFailed && sa.Handshake.PpkUse == PpkUse.InIntermediate)
            return UnknownPpk(sa);
        return method is not { } chosen
            ? Refused(sa, "IKE_INTERMEDIATE", error)
            : new IkeFailure(
                FailureReason.KeyExchangeRefused,
                $"{Peer(sa)} chose {KeyExchangeParameters.Of(chosen).Name} but answers it with {Name(error)}: " +
                "its software may know the name without the algorithm (strongSwan needs 6.1 with its ml plugin)");
    }

    public static IkeFailure NoPpk(IkeSa sa) => new(
        FailureReason.PostquantumKeyMissing,
        $"{Peer(sa)} uses no postquantum preshared keys (RFC 8784, RFC 9867), but one is required: give it the key {PpkNames(sa)} " +
        "(strongSwan: ppk_id and ppk_required of the connection, and a ppk secret), or set required: false");

    public static IkeFailure UnknownPpk(IkeSa sa) => new(
        FailureReason.PostquantumKeyMissing,
        $"{Peer(sa)} and we have no postquantum preshared key in common, but one is required: compare the ID (ours is {PpkNames(sa)}) " +
        "and the secret on both ends");

    public static IkeFailure InAuth(IkeSa sa, NotifyPayload error) => error.Type == NotifyType.AuthenticationFailed
        ? new IkeFailure(
            FailureReason.AuthenticationFailed,
            $"{Peer(sa)} does not accept our proof: {ProofErrors.Advice(sa)}; compare the identities that the peer is " +
            $"configured with (we are {sa.Config.LocalIdentity}, it is {sa.Config.RemoteIdentity?.ToString() ?? "anybody"} to us)" +
            (sa.Keys.PostquantumKey is { } ppk ? $"; ID and secret of the postquantum preshared key \"{ppk.Id}\" count too" : ""))
        : InChildCreate(sa, error);

    public static IkeFailure WantsEap(IkeSa sa) => new(
        FailureReason.AuthenticationFailed,
        $"{Peer(sa)} sends no proof of who it is: it wants EAP, which is not supported. Set it to a pre-shared key or a certificate");

    public static IkeFailure NobodyMeant(IkeSa sa, IkeIdentity peer, IkeIdentity? us) => new(
        FailureReason.PeerIdentityMismatch,
        $"{Peer(sa)} is {peer}{(us is null ? "" : $" and wants to talk to {us}")}, but of the tunnels that it may use with its address and " +
        $"algorithms ({string.Join(", ", sa.Handshake.Acceptors.Select(a => $"\"{a.Config.Name}\": {Expected(a.Config)}"))}) none is meant: " +
        "set spec.peer.id and spec.local.id to what the peer says");

    /// <summary>What a peer that began asked for, and what it could have had.</summary>
    public static IkeFailure ForbidsNat(IkeSa sa) => new(
        FailureReason.PeerRefused, $"{Peer(sa)} allows no NAT on the path (NO_NATS_ALLOWED), and there is one: allow it there, or take it out of the path");

    public static IkeFailure NothingInCommon(ConnectionConfig config, IPAddress peer, IReadOnlyList<PeerProposal> theirs)
    {
        string lists = $"tunnel \"{config.Name}\": peer {peer} offers {ProposalText.FormatAll(theirs)}, and we take " +
            $"{ProposalText.FormatAll(config.IkeProposals)}: nothing is in common";
        return new IkeFailure(
            config.QuantumPolicy == QuantumPolicy.Required && !theirs.Any(p => p.Transforms.Any(t => t.IsPostQuantum))
                ? FailureReason.NotQuantumSafe
                : FailureReason.NoProposalChosen,
            config.QuantumPolicy == QuantumPolicy.Required
                ? $"{lists} that has ML-KEM, as spec.postQuantum.keyExchange: Required wants it. Add one of ours to the peer (strongSwan 6.1: " +
                  "append -ke1_mlkem768 to what it has), or set Preferred if it has no ML-KEM."
                : $"{lists}. Add one of ours to the peer, or one of the peer's to spec.ike.proposals.");
    }

    public static IkeFailure InChildCreate(IkeSa sa, NotifyPayload error) => error.Type switch
    {
        NotifyType.TsUnacceptable => new IkeFailure(
            FailureReason.TrafficSelectorsUnacceptable,
            $"{Peer(sa)} carries none of our traffic ({string.Join(", ", sa.Config.LocalSelectors)} to {string.Join(", ", sa.Config.RemoteSelectors)}): " +
            "compare spec.traffic with the peer's selectors"),
        NotifyType.NoProposalChosen => new IkeFailure(
            FailureReason.NoProposalChosen,
            $"{Peer(sa)} takes none of our ESP proposals ({ProposalText.FormatAll(sa.Config.EspProposals)}): " +
            "add one of them to the peer, or one of the peer's to spec.child.proposals"),
        _ => Refused(sa, "IKE_AUTH", error),
    };

    public static IkeFailure NoChildProposal(IkeSa sa, IReadOnlyList<PeerProposal> theirs) => new(
        FailureReason.NoProposalChosen,
        $"{Peer(sa)} offers {ProposalText.FormatAll(theirs)} for ESP, and we take {ProposalText.FormatAll(sa.Config.EspProposals)}: " +
        "add one of ours to the peer, or one of the peer's to spec.child.proposals");

    public static IkeFailure NoRekeyProposal(IkeSa sa, IReadOnlyList<PeerProposal> theirs, IReadOnlyList<IkeProposal> ours) => new(
        sa.Config.QuantumPolicy == QuantumPolicy.Required && !theirs.Any(proposal => proposal.Transforms.Any(t => t.IsPostQuantum))
            ? FailureReason.NotQuantumSafe
            : FailureReason.NoProposalChosen,
        $"{Peer(sa)} offers {ProposalText.FormatAll(theirs)} to rekey the IKE SA, and we take {ProposalText.FormatAll(ours)}: " +
        "add one of ours to the peer, or one of the peer's to spec.ike.proposals");

    public static IkeFailure NoCommonTraffic(IkeSa sa, IReadOnlyList<TrafficSelector> local, IReadOnlyList<TrafficSelector> remote) => new(
        FailureReason.TrafficSelectorsUnacceptable,
        $"{Peer(sa)} wants to carry {string.Join(", ", local)} to {string.Join(", ", remote)}, and we carry " +
        $"{string.Join(", ", sa.Config.LocalSelectors)} to {string.Join(", ", sa.Config.RemoteSelectors)}: compare spec.traffic with the peer's selectors");

    public static IkeFailure ChildDeleted(IkeSa sa) => new(FailureReason.DeletedByPeer, $"{Peer(sa)} deleted the child SA");

    /// <summary>An error that answers CREATE_CHILD_SA or IKE_FOLLOWUP_KE.</summary>
    public static IkeFailure InCreate(IkeSa sa, NotifyPayload error) => error.Type switch
    {
        NotifyType.NoProposalChosen => new IkeFailure(
            FailureReason.NoProposalChosen,
            $"{Peer(sa)} takes none of our proposals for fresh keys (child SA: {ProposalText.FormatAll(sa.Config.EspProposals)}; IKE SA: " +
            $"{ProposalText.FormatAll(sa.Config.IkeProposals)}): give both ends the same key exchanges in spec.child.proposals, which the " +
            "first child SA does not need yet"),
        NotifyType.TsUnacceptable => InChildCreate(sa, error),
        _ => Refused(sa, "CREATE_CHILD_SA", error),
    };

    public static IkeFailure LifetimeOver(IkeSa sa, TimeSpan lifetime, TimeSpan? proof = null) => new(
        FailureReason.LifetimeExpired,
        $"tunnel \"{sa.Config.Name}\": its keys are {lifetime} old{(proof is null ? "" : $", or both ends proved themselves {proof} ago")}, and every attempt to replace them has failed: its traffic is blocked until " +
        "one succeeds. The failures before this one say why");

    private static string Expected(ConnectionConfig config) => $"{config.RemoteIdentity?.ToString() ?? "anybody"} to {config.LocalIdentity}";

    private static IkeFailure Refused(IkeSa sa, string exchange, NotifyPayload error) =>
        new(FailureReason.PeerRefused, $"{Peer(sa)} refuses {exchange} with {Name(error)}: its log says why");

    private static string PpkNames(IkeSa sa) => string.Join(" or ", sa.Config.PostquantumKeys.Select(key => $"\"{key.Id}\""));

    private static string Name(NotifyPayload error) =>
        Enum.IsDefined(error.Type) ? $"{error.Type} ({(int)error.Type})" : $"error {(int)error.Type}";
}
