using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>What a peer's profile fills in where the tunnel says nothing.</summary>
/// <param name="Profile">The peer's product.</param>
/// <param name="Hybrid">IKE proposals with ML-KEM, best first.</param>
/// <param name="Classical">IKE proposals without ML-KEM, used by Preferred after the hybrid ones, and by Disabled.</param>
/// <param name="Child">Child proposals.</param>
/// <param name="IkeLifetime">Of the IKE SA.</param>
/// <param name="ChildLifetime">Of the child SA.</param>
public sealed record ProfileDefaults(PeerProfile Profile, IReadOnlyList<string> Hybrid, IReadOnlyList<string> Classical,
    IReadOnlyList<string> Child, TimeSpan IkeLifetime, TimeSpan ChildLifetime)
{
    private const string AnyMlKem = "aes256gcm16-prfsha384-prfsha512-prfsha256-ecp384-ke1_mlkem768-ke1_mlkem1024";
    private const string AnyMlKemCbc = "aes256-sha256-prfsha384-prfsha512-prfsha256-ecp384-ke1_mlkem768-ke1_mlkem1024";
    private const string P384 = "aes256gcm16-prfsha384-prfsha512-prfsha256-ecp384";
    private const string P384Cbc = "aes256-sha256-prfsha384-prfsha512-prfsha256-ecp384";
    private const string HybridChild = "aes256gcm16-ecp384-ke1_mlkem768";
    private const string ClassicalChild = "aes256gcm16-ecp384";            // post-quantum through the IKE SA's SK_d (RFC 9370 2.2.4)

    private static readonly TimeSpan OneHour = TimeSpan.FromHours(1);
    private static readonly TimeSpan FourHours = TimeSpan.FromHours(4);
    private static readonly TimeSpan EightHours = TimeSpan.FromHours(8);
    private static readonly TimeSpan OneDay = TimeSpan.FromHours(24);

    private static readonly ProfileDefaults[] Rows =
    [
        new(PeerProfile.Generic, [AnyMlKem, AnyMlKemCbc], [P384, P384Cbc], [HybridChild, ClassicalChild], FourHours, OneHour),
        new(PeerProfile.StrongSwan, ["aes256gcm16-prfsha384-ecp384-ke1_mlkem768", AnyMlKem], [P384], [HybridChild, ClassicalChild],
            FourHours, OneHour),
        // Groups 20, 14 and 5 only; child proposals with ML-KEM are not documented there; long lifetimes, because a new SA spreads slowly.
        new(PeerProfile.Cloudflare, ["aes256gcm16-prfsha384-ecp384-ke1_mlkem768", "aes256gcm16-prfsha384-ecp384-ke1_mlkem1024"], [P384],
            [ClassicalChild], OneDay, EightHours)
        {
            // Many of its servers send by one SA, each with sequence numbers of its own; a new SA needs 90 to 150 s to reach them all.
            ReplayWindow = 0,
            SuccessorDelay = TimeSpan.FromSeconds(150),
        },
        // IOS XE 26.1: ML-KEM-1024 with group 20 is what was validated with others.
        new(PeerProfile.Cisco8000, ["aes256gcm16-prfsha384-ecp384-ke1_mlkem1024", AnyMlKem], [P384], [HybridChild, ClassicalChild],
            OneDay, OneHour),
        // FortiOS 7.6.6: dhgrp 20 and keylife 86400 are its defaults.
        new(PeerProfile.FortiOS, [AnyMlKem], [P384], [HybridChild, ClassicalChild], OneDay, EightHours),
        // libreswan 5.4 has no IKE_FOLLOWUP_KE for child SAs, and no ML-KEM-512.
        new(PeerProfile.Libreswan, [AnyMlKem], [P384], [ClassicalChild], EightHours, EightHours),
    ];

    /// <summary>Anti-replay window of the child SA in packets; 0 for a peer whose packets cannot keep to one (RFC 4303 3.4.3).</summary>
    public int ReplayWindow { get; private init; } = 1024;

    /// <summary>How long an SA that has been replaced still receives, because the peer needs time to take up its successor.</summary>
    public TimeSpan SuccessorDelay { get; private init; }

    /// <summary>The row of a profile.</summary>
    public static ProfileDefaults Of(PeerProfile profile) => Rows.First(row => row.Profile == profile);

    /// <summary>The IKE proposals under a post-quantum policy.</summary>
    public IReadOnlyList<string> IkeProposals(KeyExchangePolicy policy) => policy switch
    {
        KeyExchangePolicy.Required => Hybrid,
        KeyExchangePolicy.Preferred => [.. Hybrid, .. Classical],
        _ => Classical,
    };

    /// <summary>The child proposals under a post-quantum policy.</summary>
    public IReadOnlyList<string> ChildProposals(KeyExchangePolicy policy) =>
        policy == KeyExchangePolicy.Disabled ? [ClassicalChild] : Child;
}
