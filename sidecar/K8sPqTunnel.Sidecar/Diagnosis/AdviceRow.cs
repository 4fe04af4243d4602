using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Ike;

namespace K8sPqTunnel.Sidecar.Diagnosis;

/// <summary>What a failure mostly means with one kind of peer.</summary>
/// <param name="Profile">Whose product the peer is.</param>
/// <param name="Reason">The failure.</param>
/// <param name="Sentence">What to do, in the words of that product's configuration.</param>
internal sealed record AdviceRow(PeerProfile Profile, FailureReason Reason, string Sentence);
