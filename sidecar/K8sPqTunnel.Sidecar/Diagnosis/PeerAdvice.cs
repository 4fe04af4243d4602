using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Ike;
using static K8sPqTunnel.Api.Resources.PeerProfile;
using static K8sPqTunnel.Ike.FailureReason;

namespace K8sPqTunnel.Sidecar.Diagnosis;

/// <summary>Adds to a failure what is known of its cause with the peer's product.</summary>
internal static class PeerAdvice
{
    private const string CiscoFragments = "On a Cisco router set `crypto ikev2 fragmentation mtu 1400`: without it nothing is fragmented.";
    private const string FortiFragments = "FortiOS fragments only what it repeats: `set fragmentation enable` and `set fragmentation-mtu 1200` in phase 1.";
    private const string PaloAltoNumbers = "PAN-OS numbers its post-quantum key exchanges as before the standard, so that ML-KEM is not agreed upon: "
        + "until it speaks the standard's numbers, add a postquantum preshared key (spec.authentication.ppk) and set postQuantum.keyExchange "
        + "Preferred, or take another peer.";

    public static readonly AdviceRow[] Rows =
    [
        new(Cisco8000, FragmentsLost, CiscoFragments),
        new(Cisco8000, IntermediateUnanswered, CiscoFragments),
        new(Cisco8000, NoProposalChosen, "On a Cisco router name ML-KEM in the proposal: `encryption aes-gcm-256`, `prf sha384`, `group 20`, `pqc mlkem1024`."),
        new(Cisco8000, NotQuantumSafe, "On a Cisco router (IOS XE 26.1) add `pqc mlkem1024` to `crypto ikev2 proposal`."),
        new(Cisco8000, AuthenticationFailed, "On a Cisco router compare `pre-shared-key` of the keyring's peer, and `match identity remote` of the IKEv2 profile."),
        new(Cisco8000, PeerIdentityMismatch, "On a Cisco router `identity local` of the IKEv2 profile says what it calls itself."),
        new(Cisco8000, TrafficSelectorsUnacceptable, "A Cisco tunnel interface takes 0.0.0.0/0 on both sides only, a crypto map its access list."),

        new(FortiOS, FragmentsLost, FortiFragments),
        new(FortiOS, IntermediateUnanswered, FortiFragments),
        new(FortiOS, NoProposalChosen, "On FortiOS: `set proposal aes256gcm-prfsha384`, `set dhgrp 20`, `set addke1 ml-kem-768` in phase 1; Kyber is another algorithm."),
        new(FortiOS, NotQuantumSafe, "On FortiOS 7.6.6 or 8.0 `set addke1 ml-kem-768` in phase 1."),
        new(FortiOS, AuthenticationFailed, "On FortiOS compare `psksecret`, and `peertype` with `peerid`."),
        new(FortiOS, PeerIdentityMismatch, "On FortiOS `localid` and `localid-type` of phase 1 say what it calls itself."),
        new(FortiOS, TrafficSelectorsUnacceptable, "On FortiOS each phase 2 has one pair of subnets, which has to be ours exactly."),

        new(StrongSwan, FragmentsLost, "strongSwan: `fragmentation = yes` in the connection, `charon.fragment_size` in strongswan.conf."),
        new(StrongSwan, IntermediateUnanswered, "strongSwan: does its log show the message? `fragmentation = yes` in the connection, a smaller `charon.fragment_size`."),
        new(StrongSwan, AuthenticationFailed, "strongSwan: `swanctl --load-creds` after each change; the secret's id has to be one of ours."),

        new(Libreswan, IntermediateUnanswered, "libreswan: `intermediate=yes` and `fragmentation=yes` in the conn."),
        new(Libreswan, FragmentsLost, "libreswan: `fragmentation=yes` in the conn."),
        new(Libreswan, ExtensionMissing, "libreswan: `intermediate=yes` in the conn."),
        new(Libreswan, NoProposalChosen, "libreswan 5.4: `ike=aes_gcm256-sha2_384-dh20;addke1=ml_kem_768` and `intermediate=yes`; 5.3 has no ML-KEM."),
        new(Libreswan, NotQuantumSafe, "libreswan 5.4: `addke1=ml_kem_768` in its ike= line; 5.3 has no ML-KEM."),

        new(Cloudflare, AuthenticationFailed, "Cloudflare knows a tunnel by spec.local.id: <TUNNEL_ID>.<ACCOUNT_ID>.ipsec.cloudflare.com. It shows a key once: make a new one when in doubt."),
        new(Cloudflare, NoProposalChosen, "Cloudflare takes AES-GCM or AES-CBC-256, groups 20, 14 and 5 with ML-KEM-768 or -1024 beside group 20, and no 64-bit sequence numbers (esn)."),
        new(Cloudflare, PeerIdentityMismatch, "Cloudflare calls itself by its anycast address: leave spec.peer.id out."),
        new(Cloudflare, TrafficSelectorsUnacceptable, "Cloudflare is route-based: one pair of networks for each child SA."),

        new(PaloAlto, NoProposalChosen, PaloAltoNumbers),
        new(PaloAlto, NotQuantumSafe, PaloAltoNumbers),
        new(PaloAlto, KeyExchangeRefused, PaloAltoNumbers),
        new(PaloAlto, IntermediateUnanswered, PaloAltoNumbers),
    ];

    /// <summary>The failure's sentence, followed by what it mostly means with this kind of peer.</summary>
    public static string Complete(PeerProfile profile, IkeFailure failure)
    {
        AdviceRow? row = Array.Find(Rows, row => row.Profile == profile && row.Reason == failure.Reason);
        return row is null ? failure.Message : $"{failure.Message.TrimEnd('.')}. {row.Sentence}";
    }
}
