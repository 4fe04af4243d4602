using System.Buffers.Binary;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Authentication.Certificates;
using K8sPqTunnel.Ike.Authentication.Signatures;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Exchanges;

/// <summary>What becomes of messages that are too long for the path (RFC 7383 2.5).</summary>
public sealed class FragmentSizeTests
{
    private const int UdpHeaders = 28;
    private const int Marker = 4;

    [Theory]
    [InlineData(false)]                                                  // One datagram of 1,249 octets is lost,
    [InlineData(true)]                                                   // or, behind the non-ESP marker, two.
    [Rfc(7383, "2.5.2", "A message that stays unanswered is cut into smaller pieces, with a larger total")]
    public void A_request_that_the_path_swallows_is_cut_into_pieces_that_pass_everywhere(bool encapsulated)
    {
        using World world = Start(encapsulated, narrow: 576);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.Empty(world.Output.Of<ConnectionFailed>());
        Assert.Equal(2, world.Output.Of<RequestRepeated>().Max(repeat => repeat.Repeats) - 1);

        // And what follows is cut so from the start.
        int first = world.Output.Sent.FindIndex(sent => Total(sent.Message) > 2);
        Assert.All(world.Output.Sent.Skip(first), sent => Assert.True(sent.Message.Length <= 576 - UdpHeaders));
        ChildAssert.HasSameKeys(world);
    }

    [Fact]
    public void A_path_that_carries_the_configured_size_sees_no_smaller_pieces()
    {
        using World world = Start(encapsulated: true, narrow: 1280);
        Assert.Equal(ConnectionState.Established, world.Connection.State);
        Assert.DoesNotContain(world.Output.Sent, sent => Total(sent.Message) > 2);
    }

    [Fact]
    [Rfc(7383, "2.6", "Pieces of a message that was cut anew replace those before")]
    public void A_request_cut_anew_while_some_of_its_old_pieces_arrived_is_understood()
    {
        using var world = new World(configure: config => config with { ForceUdpEncapsulation = true });
        world.Drops = (toPeer, datagram) => toPeer && Total(datagram) == 2 && Number(datagram) == 1;
        world.Start(TimeSpan.FromSeconds(60));
        Assert.Equal(ConnectionState.Established, world.Connection.State);
    }

    [Fact]
    public void An_answer_goes_in_pieces_no_larger_than_the_requests()
    {
        // Nothing that is longer passes either way, and neither end is told so.
        using Duet duet = new();
        duet.Drops = (_, datagram) => datagram.Length > 600 - UdpHeaders;
        duet.Start(TimeSpan.FromSeconds(60));
        duet.AssertAgreement();
    }

    [Fact]
    public void The_next_IKE_SA_begins_with_the_size_that_the_path_has_taken()
    {
        using Duet duet = new();
        duet.Drops = (_, datagram) => datagram.Length > 600 - UdpHeaders;
        duet.Start(TimeSpan.FromMinutes(3));
        int repeated = duet.Left.Output.Of<RequestRepeated>().Count();
        Assert.True(repeated > 0);
        duet.Left.Connection.Renew(duet.Now);
        duet.Run(TimeSpan.FromSeconds(5));
        Assert.Equal(2, duet.Left.Output.Of<IkeSaEstablished>().Count());
        Assert.Equal(repeated, duet.Left.Output.Of<RequestRepeated>().Count());
        duet.AssertAgreement();
    }

    [Fact]
    public void An_answer_that_is_asked_for_in_vain_goes_in_smaller_pieces()
    {
        // The request is short; the answer has a certificate in it.
        using TestCertificate root = TestCertificate.Root();
        using TrustAnchors anchors = root.Anchors();
        using TestCertificate certificate = root.Issue("right.test.example", KeyKind.Rsa);
        Secret key = new(new PeerOptions().Psk);
        ConnectionConfig Classical(ConnectionConfig config) => config with { IkeProposals = [World.Classical], QuantumPolicy = QuantumPolicy.Disabled };
        using Duet duet = new(
            left: c => Classical(c) with { Authentication = new AuthenticationConfig(new LocalPreSharedKey(key), new PeerCertificate(anchors)) },
            right: c => Classical(c) with { Authentication = new AuthenticationConfig(certificate.Credential(), new PeerPreSharedKey(key)) });
        duet.Drops = (_, datagram) => datagram.Length > 600 - UdpHeaders;
        duet.Start(TimeSpan.FromSeconds(60));
        duet.AssertAgreement();
    }

    [Fact]
    public void Fragments_that_never_become_whole_are_forgotten_with_their_SA()
    {
        var world = new World(peer: new PeerOptions { FragmentIpSize = 576 }, configure: config => config with
        {
            ForceUdpEncapsulation = true,
            Retransmission = new RetransmissionPlan(TimeSpan.FromSeconds(1), 1, 1),
        });
        world.Drops = (toPeer, datagram) => !toPeer && Total(datagram) > 1 && Number(datagram) == 1;
        using (world)
        {
            world.Start(TimeSpan.FromSeconds(1.5));
            Assert.True(world.Fragments.Used > 0);
            world.Run(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(0, world.Fragments.Used);
    }

    private static World Start(bool encapsulated, int narrow)
    {
        var world = new World(
            peer: new PeerOptions { FragmentIpSize = 576 },
            configure: config => config with { ForceUdpEncapsulation = encapsulated });
        int room = narrow - UdpHeaders;
        world.Drops = (_, datagram) => datagram.Length + (IsMarked(datagram, encapsulated) ? Marker : 0) > room;
        return world.Start(TimeSpan.FromSeconds(60));
    }

    private static bool IsMarked(byte[] datagram, bool encapsulated) => encapsulated && datagram[18] != (byte)ExchangeType.IkeSaInit;

    private static int Number(byte[] datagram) => BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(32));

    /// <summary>Of its fragments; 1 for a message in one piece.</summary>
    private static int Total(byte[] datagram) =>
        datagram[16] == (byte)PayloadType.EncryptedFragment ? BinaryPrimitives.ReadUInt16BigEndian(datagram.AsSpan(34)) : 1;
}
