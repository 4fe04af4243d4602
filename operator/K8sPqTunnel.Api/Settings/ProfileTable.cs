using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>The peers' profiles, a row each. What a row leaves out is Generic's.</summary>
internal static class ProfileTable
{
    // Post-quantum through the IKE SA's SK_d (RFC 9370 2.2.4).
    public const string ClassicalChild = "aes256gcm16-ecp384";

    private const string AnyMlKem = "aes256gcm16-prfsha384-prfsha512-prfsha256-ecp384-ke1_mlkem768-ke1_mlkem1024";
    private const string AnyMlKemCbc = "aes256-sha256-prfsha384-prfsha512-prfsha256-ecp384-ke1_mlkem768-ke1_mlkem1024";
    private const string P384 = "aes256gcm16-prfsha384-prfsha512-prfsha256-ecp384";
    private const string P384Cbc = "aes256-sha256-prfsha384-prfsha512-prfsha256-ecp384";
    private const string MlKem768 = "aes256gcm16-prfsha384-ecp384-ke1_mlkem768";
    private const string MlKem1024 = "aes256gcm16-prfsha384-ecp384-ke1_mlkem1024";
    private const string HybridChild = "aes256gcm16-ecp384-ke1_mlkem768";

    private const string Documents = "the vendor's documents, not tested by this project";

    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private static readonly TimeSpan FourHours = TimeSpan.FromHours(4);
    private static readonly TimeSpan EightHours = TimeSpan.FromHours(8);
    private static readonly TimeSpan OneDay = TimeSpan.FromHours(24);

    public static readonly ProfileDefaults[] Rows =
    [
        new()
        {
            Profile = PeerProfile.Generic,
            Product = "any RFC 7296 peer",
            Evidence = "RFC 8247, RFC 9370 and the ML-KEM draft",
            Hybrid = [AnyMlKem, AnyMlKemCbc],
            Classical = [P384, P384Cbc],
            Child = [HybridChild, ClassicalChild],
            IkeLifetime = FourHours,
            ChildLifetime = OneHour,
        },
        new()
        {
            Profile = PeerProfile.StrongSwan,
            Product = "strongSwan 6.0 and 6.1",
            Evidence = "this project's interop tests",
            Hybrid = [MlKem768, AnyMlKem],
            Classical = [P384],
            Child = [HybridChild, ClassicalChild],
            IkeLifetime = FourHours,                                       // its rekey_time
            ChildLifetime = OneHour,                                       // its children's rekey_time
            Notes =
            [
                "ML-KEM needs one of its plugins ml, openssl (3.5), botan or wolfssl: `swanctl --list-algs` shows ML_KEM_768.",
                "A proposal has to name the additional key exchange exactly (-ke1_mlkem768), otherwise it answers NO_PROPOSAL_CHOSEN.",
                "Its secrets may begin with 0x (hexadecimal) or 0s (base64): set spec.authentication.psk.encoding to Hex or Base64 for those.",
            ],
        },
        new()
        {
            Profile = PeerProfile.Cloudflare,
            Product = "Cloudflare IPsec (Cloudflare WAN, Magic WAN, Magic Transit)",
            Evidence = Documents,
            // Groups 20, 14 and 5 only; child proposals with ML-KEM are not documented there.
            Hybrid = [MlKem768, MlKem1024],
            Classical = [P384],
            Child = [ClassicalChild],
            // Long, because a new SA spreads slowly.
            IkeLifetime = OneDay,
            ChildLifetime = EightHours,
            // Many of its servers send by one SA, each with sequence numbers of its own; a new SA needs 90 to 150 s to reach them all.
            ReplayWindow = 0,
            SuccessorDelay = TimeSpan.FromSeconds(150),
            // All messages of an SA go to one port of the anycast address.
            StartPort = 4500,
            // Its documents ask for it: what it adds on its own way needs the rest.
            TcpMssClamp = "1360",
            // Its address is that of many servers, and does not move.
            Mobike = false,
            PeerIsItsAddress = true,
            // One pair of networks for each child SA, up to about 100 of them.
            Selectors = TrafficSelectors.PerPair,
            Notes =
            [
                "spec.local.id is one of <TUNNEL_ID>.<ACCOUNT_ID>.ipsec.cloudflare.com, ipsec@<TUNNEL_ID>.<ACCOUNT_ID>.ipsec.cloudflare.com, "
                    + "key-id:<ACCOUNT_ID>_<TUNNEL_ID>, or the tunnel's customer endpoint where that is set.",
                "It proves itself by its anycast address, which spec.peer.addresses names and spec.peer.id need not.",
                "It only answers: this end begins, and begins again. It takes pre-shared keys only, and no 64-bit sequence numbers (esn).",
                "Leave replay protection off in the tunnel's settings there: its servers share one SA.",
                "It has to get ICMP echo answers through the tunnel, or it calls the tunnel down.",
            ],
        },
        new()
        {
            Profile = PeerProfile.Cisco8000,
            Product = "Cisco 8000 Secure Routers, IOS XE 26.1",
            Evidence = Documents,
            // ML-KEM-1024 with group 20 is what was validated with others.
            Hybrid = [MlKem1024, AnyMlKem],
            Classical = [P384],
            Child = [HybridChild, ClassicalChild],
            IkeLifetime = OneDay,
            ChildLifetime = OneHour,
            // A line of its access list is a child SA.
            Selectors = TrafficSelectors.PerPair,
            Notes =
            [
                "`crypto ikev2 fragmentation mtu 1400` has to be set: without it messages with ML-KEM keys are lost where the path takes no large packets.",
                "`pqc mlkem1024` without `optional` requires ML-KEM on its side too.",
                "This end asks for no addresses: the peer's profile wants `no config-exchange request`.",
                "ECDSA signatures failed in a laboratory with 26.2: use a pre-shared key.",
            ],
        },
        new()
        {
            Profile = PeerProfile.FortiOS,
            Product = "FortiGate, FortiOS 7.6.6 and 8.0",
            Evidence = Documents,
            Hybrid = [AnyMlKem],
            Classical = [P384],                                            // its dhgrp default is 20
            Child = [HybridChild, ClassicalChild],
            IkeLifetime = OneDay,                                          // its keylife 86400
            ChildLifetime = EightHours,
            NatKeepalive = TimeSpan.FromSeconds(10),
            // A phase 2 is one pair of subnets.
            Selectors = TrafficSelectors.PerPair,
            Notes =
            [
                "`set fragmentation enable` makes it fragment only when it repeats a message: the first answer with an ML-KEM key may be lost, "
                    + "the second comes in fragments of `fragmentation-mtu`.",
                "Its code points 1080 to 1094 (Kyber, Frodo, BIKE, HQC) are private: choose ml-kem-768 or ml-kem-1024 in addke1.",
            ],
        },
        new()
        {
            Profile = PeerProfile.Libreswan,
            Product = "libreswan 5.4",
            Evidence = "this project's interop tests for classical key exchange, libreswan's documents for ML-KEM",
            // No ML-KEM-512, and no IKE_FOLLOWUP_KE for child SAs.
            Hybrid = [AnyMlKem],
            Classical = [P384],
            Child = [ClassicalChild],
            IkeLifetime = EightHours,
            ChildLifetime = EightHours,
            // leftsubnets and rightsubnets become a connection for each pair.
            Selectors = TrafficSelectors.PerPair,
            Notes =
            [
                "`intermediate=yes` has to be set, and an ike= line with `addke1=ml_kem_768`.",
                "5.3 and older have no ML-KEM.",
            ],
        },
        new()
        {
            Profile = PeerProfile.PaloAlto,
            Mobike = false,
            Product = "Palo Alto Networks, PAN-OS 11.1 to 12.1",
            Evidence = Documents,
            Hybrid = [AnyMlKem, AnyMlKemCbc],
            Classical = [P384, P384Cbc],
            Child = [ClassicalChild],
            IkeLifetime = EightHours,
            ChildLifetime = OneHour,
            // A proxy ID is one pair of networks.
            Selectors = TrafficSelectors.PerPair,
            Notes =
            [
                "Its post-quantum key exchanges are numbered as before the standard, so that ML-KEM is not agreed upon with others "
                    + "(seen with Cloudflare in April 2026; the numbers of 12.1 are not known here).",
                "Until it speaks the standard's numbers: a postquantum preshared key (spec.authentication.ppk, RFC 8784, PAN-OS 11.1) with "
                    + "postQuantum.keyExchange Preferred, or another peer.",
            ],
        },
    ];
}
