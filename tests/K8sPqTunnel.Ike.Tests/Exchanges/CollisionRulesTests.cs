using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Exchanges;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

/// <summary>A test for each row (RFC 7296 2.25.1, 2.25.2; RFC 9370 2.2.4), and for what no row is about.</summary>
public sealed class CollisionRulesTests : IDisposable
{
    private static readonly CreationRequest NewChild = new(CreationKind.NewChild, default, Old: null);
    private static readonly CreationRequest RekeyIke = new(CreationKind.RekeyIke, default, Old: null);

    private readonly Duet _duet = new Duet().Start();

    private IkeSa Sa => _duet.Left.Connection.Newest!;

    private Child Child => Sa.Children.First();

    private CreationRequest RekeyChild => new(CreationKind.RekeyChild, Child.Sa.OutboundSpi, Child);

    private CreationRequest RekeyUnknown => new(CreationKind.RekeyChild, new EspSpi(0x7777), Old: null);

    [Fact]
    public void With_nothing_else_going_on_all_are_answered()
    {
        Assert.Null(CollisionRules.Refusal(Sa, NewChild));
        Assert.Null(CollisionRules.Refusal(Sa, RekeyChild));
        Assert.Null(CollisionRules.Refusal(Sa, RekeyIke));
    }

    [Theory]
    [InlineData(IkeSaState.Deleting)]
    [InlineData(IkeSaState.Replaced)]
    internal void An_IKE_SA_that_ends_makes_all_wait(IkeSaState state)
    {
        Sa.MoveTo(state);
        AssertWaits(NewChild, RekeyChild, RekeyIke);
    }

    [Fact]
    public void An_IKE_SA_that_another_has_taken_over_from_makes_all_wait()
    {
        Sa.Succession.RetiresAt = TimeSpan.FromMinutes(1);
        AssertWaits(NewChild, RekeyChild, RekeyIke);
        Assert.Equal(NotifyType.ChildSaNotFound, CollisionRules.Refusal(Sa, RekeyUnknown));
    }

    [Fact]
    public void While_we_rekey_the_IKE_SA_children_wait_and_the_peers_own_rekey_is_answered()
    {
        Sa.Creation = new RekeyIkeTask([World.Hybrid]);
        AssertWaits(NewChild, RekeyChild);
        Assert.Null(CollisionRules.Refusal(Sa, RekeyIke));
    }

    [Fact]
    public void While_the_peer_rekeys_the_IKE_SA_its_children_wait()
    {
        Sa.Pending.Add(new AnsweredIke(new FreshKeys(), [KeyExchangeMethod.MlKem768], new IkeSelection(World.Hybrid.Transforms), new IkeSpi(1), new IkeSpi(2)));
        AssertWaits(NewChild, RekeyChild);
    }

    [Fact]
    public void While_we_rekey_a_child_the_IKE_SA_waits_and_the_peers_own_rekey_of_it_is_answered()
    {
        Sa.Creation = new CreateChildTask(Sa, Sa.Wanted.Specs[0], Child);
        Child.State = ChildState.Rekeying;
        AssertWaits(RekeyIke);
        Assert.Null(CollisionRules.Refusal(Sa, RekeyChild));
        Assert.Null(CollisionRules.Refusal(Sa, NewChild));
    }

    [Fact]
    [Rfc(7296, "2.25.2", "A rekey of the IKE SA while we close a child is answered with TEMPORARY_FAILURE (SHOULD)")]
    public void While_we_close_a_child_the_IKE_SA_and_a_rekey_of_that_child_wait()
    {
        Child.State = ChildState.Deleting;
        AssertWaits(RekeyIke, RekeyChild);
        Assert.Null(CollisionRules.Refusal(Sa, NewChild));
    }

    [Theory]
    [InlineData(ChildState.Ending)]
    [InlineData(ChildState.Rekeyed)]
    internal void A_child_that_goes_or_has_a_successor_is_not_rekeyed(ChildState state)
    {
        Child.State = state;
        AssertWaits(RekeyChild);
    }

    [Fact]
    [Rfc(7296, "2.25.2", "A rekey of the IKE SA while a child is created is answered with TEMPORARY_FAILURE (SHOULD)")]
    public void While_the_peer_creates_a_child_the_IKE_SA_waits()
    {
        AddPendingChild();
        AssertWaits(RekeyIke);
        Assert.Null(CollisionRules.Refusal(Sa, NewChild));
    }

    [Fact]
    public void A_child_that_is_not_there_is_said_so_unless_it_may_be_on_the_way_to_us()
    {
        Assert.Equal(NotifyType.ChildSaNotFound, CollisionRules.Refusal(Sa, RekeyUnknown));
        Sa.Creation = new CreateChildTask(Sa, Sa.Wanted.Specs[0], old: null);
        AssertWaits(RekeyUnknown);
    }

    [Fact]
    public void More_than_some_exchanges_do_not_wait_for_the_peer()
    {
        for (int i = 0; i < IkeLimits.PendingCreations; i++)
        {
            Assert.Null(CollisionRules.Refusal(Sa, NewChild));
            AddPendingChild();
        }

        AssertWaits(NewChild);
    }

    [Fact]
    public void There_is_an_end_to_the_children_that_a_peer_may_create()
    {
        ChildSa one = _duet.Left.Output.Installed[0];
        for (int i = Sa.Children.Count; i < IkeLimits.Children; i++)
        {
            Assert.Null(CollisionRules.Refusal(Sa, NewChild));
            Sa.Children.Install(TimeSpan.Zero, new Child(one, spec: null, "", keyExchanges: []), quantumSafeIke: true);
        }

        Assert.Equal(NotifyType.NoAdditionalSas, CollisionRules.Refusal(Sa, NewChild));
        Assert.Null(CollisionRules.Refusal(Sa, RekeyChild));
    }

    public void Dispose() => _duet.Dispose();

    private void AddPendingChild()
    {
        var selection = new EspSelection([new Transform(TransformType.Encryption, 20, 256)]);
        var choice = new ChildChoice(selection, new EspSpi(0x2000), new EspSpi(0x3000), Sa.Wanted.Specs[0]);
        Sa.Pending.Add(new AnsweredChild(new FreshKeys(), [KeyExchangeMethod.MlKem768], choice, old: null, spec: null));
    }

    private void AssertWaits(params CreationRequest[] requests) =>
        Assert.All(requests, request => Assert.Equal(NotifyType.TemporaryFailure, CollisionRules.Refusal(Sa, request)));
}
