using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Simulation.Tests.Hosts;

namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>All that a seed may choose besides suites, lifetimes and weather. One more is one more row.</summary>
internal static class Options
{
    private const string Proof = "proof";
    private const string Identity = "identity";
    private const string Ppk = "postquantum preshared key";
    private const string Negotiation = "negotiation";
    private const string Refusal = "refusal";
    private const string Entrance = "entrance";
    private const string Address = "address";
    private const string Transport = "transport";
    private const string Limit = "limit";

    private const int LeastPackets = 150;

    /// <summary>In the order in which they are drawn: one that does not fit those before it is left out.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        // What has to fail comes first, and alone of its kind. Columns: name, group, one seed in, what it changes, what shows that it worked.
        new("wrong pre-shared key", Refusal, 80, (s, _) => (s with { StaysDown = true }).WithOtherKey(), e => e.Failures.Contains(FailureReason.AuthenticationFailed)),
        new("a certificate of nobody's authority", Refusal, 80, (s, _) => (s with { StaysDown = true }).Signed(Credentials.Untrusted),
            e => e.Failures.Contains(FailureReason.CertificateRefused)),
        new("somebody else's identity", Refusal, 80, (s, _) => (s with { StaysDown = true, HasOtherNames = true }).With(Sides.Right, c => c with
            { RemoteIdentity = Ingredients.Name(IdentityType.Fqdn, "other.test.example") }), e => e.Failures.Contains(FailureReason.PeerIdentityMismatch)),
        new("a classical peer where ML-KEM is required", Refusal, 80, (s, _) => (s with { StaysDown = true })
            .Ike([s.Ike], [Suites.Classical]).Policy(QuantumPolicy.Required, QuantumPolicy.Disabled),
            e => e.Failures.Overlaps([FailureReason.NotQuantumSafe, FailureReason.NoProposalChosen])),
        new("a required PPK that the peer lacks", Refusal, 80, (s, _) => (s with { StaysDown = true }).WithPpk(Sides.Left, required: true),
            e => e.Failures.Contains(FailureReason.PostquantumKeyMissing)),
        new("required PPKs of one name and two secrets", Refusal, 80, (s, _) => (s with { StaysDown = true }).WithTwoPpks(required: true),
            e => e.Failures.Overlaps([FailureReason.PostquantumKeyMissing, FailureReason.AuthenticationFailed])),

        new("RSA certificates", Proof, 40, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.Rsa]), e => e.Established.Count > 0),
        new("ECDSA P-256 certificates", Proof, 40, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.EcdsaP256]), e => e.Established.Count > 0),
        new("ECDSA P-384 certificates", Proof, 60, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.EcdsaP384]), e => e.Established.Count > 0),
        new("ECDSA P-521 certificates", Proof, 60, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.EcdsaP521]), e => e.Established.Count > 0),
        new("Ed25519 certificates", Proof, 40, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.Ed25519]), e => e.Established.Count > 0),
        new("ML-DSA-44 certificates", Proof, 60, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.MlDsa44]), e => e.Established.Count > 0),
        new("ML-DSA-65 certificates", Proof, 60, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.MlDsa65]), e => e.Established.Count > 0),
        new("ML-DSA-87 certificates", Proof, 60, (s, _) => s.SignedUnlessRefused(Credentials.OfKind[KeyKind.MlDsa87]), e => e.Established.Count > 0),
        new("certificates below another authority", Proof, 40, (s, _) => s.SignedUnlessRefused(Credentials.Chained), e => e.Established.Count > 0),
        new("a certificate for a pre-shared key", Proof, 40, (s, _) => s.StaysDown ? null : s.SignedByRight(Credentials.OfKind[KeyKind.EcdsaP256]),
            e => e.Established.Count > 0),
        new("certificates that take time to check", null, 3, (s, r) => s.IsSigned ? s with { CheckSlowly = (Sides)r.Next(1, 4) } : null, e => e.SlowChecks > 0),

        new("mail addresses as identities", Identity, 40, (s, _) => s.HasOtherNames ? null : s.Named(
            Ingredients.Name(IdentityType.Rfc822Address, "ipsec@left.test.example"), Ingredients.Name(IdentityType.Rfc822Address, "ipsec@right.test.example")),
            e => e.Has(sa => sa.PeerIdentity.Type == IdentityType.Rfc822Address)),
        new("key IDs as identities", Identity, 30, (s, _) => s.HasOtherNames || s.IsSigned ? null : s.Named(
            Ingredients.Name(IdentityType.KeyId, "key of left.test.example"), Ingredients.Name(IdentityType.KeyId, "key of right.test.example")),
            e => e.Has(sa => sa.PeerIdentity.Type == IdentityType.KeyId)),
        new("addresses as identities", Identity, 30, (s, _) => s.HasOtherNames || s.IsSigned ? null : s.Named(
            new IkeIdentity(IdentityType.Ipv4Address, [192, 0, 2, 201]), new IkeIdentity(IdentityType.Ipv4Address, [192, 0, 2, 202])),
            e => e.Has(sa => sa.PeerIdentity.Type == IdentityType.Ipv4Address)),
        new("distinguished names as identities", Identity, 40, (s, _) => s.HasOtherNames || s.StaysDown ? null : s.Named(
            Credentials.Chained.Subject(isLeft: true), Credentials.Chained.Subject(isLeft: false)),
            e => e.Has(sa => sa.PeerIdentity.Type == IdentityType.DistinguishedName)),
        new("a second identity that the peer asks for", Identity, 40, (s, _) => s.HasOtherNames || s.IsSigned || s.StaysDown ? null
            : (s.BegunByLeft() with { HasOtherNames = true })
                .With(Sides.Left, c => c with { RemoteIdentity = Ingredients.Name(IdentityType.Fqdn, "alias.test.example") })
                .With(Sides.Right, c => c with { OtherLocalIdentities = [Ingredients.Name(IdentityType.Fqdn, "alias.test.example")] }),
            e => e.Has(sa => sa.PeerIdentity.ToString() == "alias.test.example")),

        new("PPK, if the peer has it", Ppk, 24, (s, _) => s.StaysDown ? null : s.WithPpk(Sides.Both, required: false), e => e.Has(sa => sa.PostquantumKey is not null)),
        new("PPK, required", Ppk, 24, (s, _) => s.StaysDown ? null : s.WithPpk(Sides.Both, required: true), e => e.Has(sa => sa.PostquantumKey is not null)),
        new("PPK before IKE_AUTH (RFC 8784)", Ppk, 24, (s, r) => s.StaysDown ? null : s.WithPpk(Sides.Both, required: true)
            .With((Sides)r.Next(1, 4), c => c with { PpkInIntermediate = false }), e => e.Has(sa => sa.PostquantumKey is not null)),
        new("PPK that the peer lacks, and need not have", Ppk, 40, (s, r) => s.StaysDown ? null
            : s.WithPpk((Sides)r.Next(1, 3), required: false).WithEach(r, () => r.Next(2) == 0, (c, inIntermediate) => c with { PpkInIntermediate = inIntermediate }),
            e => e.Has(sa => sa.PostquantumKey is null)),
        new("PPKs of one name and two secrets, not required", Ppk, 40, (s, _) => s.StaysDown ? null : s.WithTwoPpks(required: false),
            e => e.Has(sa => sa.PostquantumKey is null)),

        new("ML-KEM preferred by both", Negotiation, 30, (s, _) => s.StaysDown ? null
            : s.Ike([s.Ike, Suites.Classical], [Suites.Classical, s.Ike]).Policy(QuantumPolicy.Preferred, QuantumPolicy.Preferred), e => e.Has(sa => sa.QuantumSafe)),
        new("a classical peer where ML-KEM is preferred", Negotiation, 30, (s, _) => s.StaysDown ? null
            : (s with { Esp = Suites.ClassicalEsp }).Ike([s.Ike, Suites.Classical], [Suites.Classical]).Policy(QuantumPolicy.Preferred, QuantumPolicy.Disabled),
            e => e.Has(sa => !sa.QuantumSafe)),
        new("INVALID_KE_PAYLOAD", Negotiation, 24, (s, _) => s.StaysDown ? null : s.Ike([Suites.TwoGroups], [Suites.SecondGroup]),
            e => e.InitNotifies.Contains(17)),
        new("two proposals, our order first", Negotiation, 30, (s, _) => s.StaysDown ? null : s.Ike([Suites.SecondGroup, Suites.Ike[2]], [Suites.Ike[2], Suites.SecondGroup]),
            e => e.Established.Count > 0),
        new("two proposals, the peer's order first", Negotiation, 30, (s, _) => s.StaysDown ? null : s.Ike([Suites.SecondGroup, Suites.Ike[2]], [Suites.Ike[2], Suites.SecondGroup])
            .With(c => c with { ProposalOrder = ProposalOrder.Theirs }), e => e.Established.Count > 0),
        new("seven additional key exchanges", Negotiation, 40, (s, _) => s.StaysDown ? null : s.Ike([Suites.SevenMore], [Suites.SevenMore]),
            e => e.Has(sa => sa.KeyExchanges.Count == 8)),
        new("64-bit sequence numbers", null, 30, (s, _) => s with { Esp = Suites.Extended(s.Esp) }, e => e.Established.Count > 0),

        new("childless IKE_AUTH", null, 10, (s, r) => s.StaysDown ? null
            : (s with { Esp = s.Esp == Suites.ClassicalEsp ? s.Esp : Suites.Esp[2] }).With((Sides)r.Next(1, 4), c => c with { Childless = true }), e => e.ChildWithOwnKeys),
        new("narrowed traffic", null, 12, (s, _) => s.HasBothFamilies || s.StaysDown ? null : s.Narrowed(), e => e.Narrowed),
        new("both families inside", null, 16, (s, _) => s with { HasBothFamilies = true }, e => e.Established.Count > 0),
        new("re-authentication instead of rekeys", null, 16, (s, r) => (s with { IsReauthenticated = true }).With(s.HasNat || s.HasOtherNames ? Sides.Left : (Sides)r.Next(1, 4), c => c with { Reauthenticates = true }), e => e.Established.Count > 2),
        new("a successor that only receives for a while", Limit, 20, (s, r) => s.WithEach(r, () => r.Next(1, 25), (c, seconds) => c with
            { SuccessorDelay = TimeSpan.FromSeconds(seconds) }), e => e.ChildRekeys > 0),
        // In calm weather what is on the way then is lost, as that configuration has it.
        new("replaced children gone at once", null, 30, (s, r) => s.IsCalm ? null : s.With((Sides)r.Next(1, 4), c => c with { LateInboundTime = TimeSpan.Zero }), e => e.ChildRekeys > 0),
        new("impatient liveness checks", null, 20, (s, r) => s.WithEach(r, () => r.Next(3, 15), (c, seconds) => c with { LivenessDelay = TimeSpan.FromSeconds(seconds) }),
            e => e.Exchanges.Contains(37)),
        new("quick repeats", null, 20, (s, r) => s.WithEach(r, r.NextDouble, (c, more) => c with
            { Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(1 + more), 1.8, 5) }), e => e.Established.Count > 0 || e.Failures.Count > 0),

        new("cookies", null, 12, (s, r) => s with { DemandCookies = (Sides)r.Next(1, 4) }, e => e.InitNotifies.Contains(16390)),
        new("a flood of strangers", null, 40, (s, r) => s.HasNat ? null : s.With(s.Sometime(r, DisturbanceKind.Flood)), e => e.InitNotifies.Contains(16390)),
        new("a peer by a pattern of its name", Entrance, 24, (s, _) => s.StaysDown || s.HasOtherNames ? null
            : (s.BegunByLeft() with { HasPattern = true }), e => e.Established.Count > 0),
        new("several connections on one address", Entrance, 24, (s, r) => s.StaysDown ? null : s with { Decoys = r.Next(1, 4) }, e => e.Established.Count > 0),
        new("two tunnels between two addresses", Entrance, 24, (s, _) => s.StaysDown || s.HasOtherNames || s.IsSigned || s.HasBothFamilies ? null
            : s with { Tunnels = 2 }, e => e.Established.Select(sa => sa.PeerIdentity.ToString()).Distinct().Count() > 2),
        new("a redirect on the way in", null, 24, (s, _) => s.HasPattern ? null : (s with { HasGateway = true }).With(Sides.Left, c => c with
            { RemoteAddresses = [s.Addresses.Gateway], RemoteNetworks = [s.Addresses.AnyOfRight], FollowRedirects = true }), e => e.Redirected),
        new("Trap: packets begin", null, 12, (s, _) => (s with { HasTraffic = true }).With(c => c with
            { StartAction = c.StartAction == StartAction.Start ? StartAction.Trap : c.StartAction }), e => e.Triggers > 0),

        new("IPv6 outside", Address, 16, (s, _) => s.HasGateway ? null : s with { IsIpv6Outside = true }, e => e.Established.Count > 0 || e.Failures.Count > 0),
        new("begun on port 4500", Address, 24, (s, _) => s.With(Sides.Left, c => c with { HasIkePort = false }), e => e.Has(sa => sa.Path.Remote.Port == 4500)),
        new("a shared port of our own", Address, 24, (s, _) => s.With(Sides.Left, c => c with { HasIkePort = false, LocalNatTraversalPort = 14_500 }),
            e => e.Has(sa => sa.Path.Local.Port == 14_500)),
        new("ESP in UDP without need", Address, 24, (s, r) => s.With((Sides)r.Next(1, 4), c => c with { ForceUdpEncapsulation = true }),
            e => e.Has(sa => sa.LocalBehindNat || sa.PeerBehindNat)),
        new("a path for short packets alone", null, 20, (s, _) => s.IsIpv6Outside || s.Ike.InitialMethods.Any(method => (int)method >= 35) ? null : s with { PathSize = 600 }, e => e.TooLong > 0),
        new("MOBIKE", Transport, 12, (s, r) => s.With(c => c with { Mobike = true }).With(s.Sometime(r, DisturbanceKind.Move, (Sides)r.Next(1, 4))), e => e.PathChanges > 0),
        new("an address that changes without MOBIKE", Transport, 24, (s, r) => s.With(s.Sometime(r, DisturbanceKind.Move, (Sides)r.Next(1, 3))),
            e => e.Restarts > 0),
        new("a NAT that maps anew", null, 5, (s, r) => s.HasNat && !s.StaysDown ? s.With(s.Sometime(r, DisturbanceKind.Remap)) : null, e => e.PathChanges > 0),
        new("TCP from the beginning", Transport, 24, (s, _) => s.BegunByLeft().With(Sides.Left, c => c with { Tcp = true }), e => e.Has(sa => sa.Path.IsTcp)),
        new("TCP where UDP is blocked for a while", Transport, 24, (s, r) => s.StaysDown ? null
            : (s with { FallsBack = true }).With(new Disturbance(TimeSpan.Zero, DisturbanceKind.UdpBlock, Sides.None, s.StormLength * (0.5 + r.NextDouble()))),
            e => e.Has(sa => sa.Path.IsTcp)),
        new("TCP where UDP is blocked for good", Transport, 24, (s, r) => s.StaysDown ? null : (s with { FallsBack = true })
            .With(s.Sometime(r, DisturbanceKind.UdpBlock) with { Length = TimeSpan.FromDays(1) }), e => e.Has(sa => sa.Path.IsTcp)),
        // What is left when its successor is wanted lasts until the peer has time for it: it may be busy with a rekey of the IKE SA.
        new("lifetimes by packets", Limit, 12, (s, r) => s.StaysDown ? null : (s with { HasTraffic = true })
            .WithEach(r, () => Math.Max(LeastPackets, r.Next(60, 600)), (c, packets) => c with { ChildPackets = packets }), e => e.LimitsReached > 0),
        new("lifetimes by octets", Limit, 12, (s, r) => s.StaysDown ? null : (s with { HasTraffic = true })
            .WithEach(r, () => Math.Max(LeastPackets * Usage.PacketOctets, r.Next(60_000, 600_000)), (c, octets) => c with { ChildOctets = octets }),
            e => e.LimitsReached > 0),
    ];

    /// <summary>Draws the options of a scenario.</summary>
    /// <param name="without">Those that are not to be drawn.</param>
    public static Scenario Choose(Scenario scenario, Func<Option, bool> without)
    {
        HashSet<string> groups = [];
        foreach (Option option in All)
        {
            Random chance = option.Chance(scenario.Seed);
            if (chance.Next(option.OneIn) != 0 || without(option) || (option.Group is { } taken && groups.Contains(taken)))
                continue;
            if (option.Apply(scenario, chance) is not { } changed)
                continue;
            scenario = changed with { Options = [.. scenario.Options, option] };
            if (option.Group is { } group)
                groups.Add(group);
        }

        return scenario;
    }

    private static Scenario? SignedUnlessRefused(this Scenario scenario, Credentials credentials) =>
        scenario.StaysDown ? null : scenario.Signed(credentials);
}
