using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests;

public sealed class FuzzTests
{
    public FuzzTests() => Assert.SkipUnless(CryptoCapabilities.Probe().HasMlKem, "this OpenSSL has no ML-KEM");

    [Fact]
    public void Random_octets_never_throw_and_never_matter() =>
        Prop.ForAll<byte[]>(octets =>
        {
            using World world = new();
            world.Connection.Start(TimeSpan.Zero);
            world.Inject(world.Output.Sent[0].Path, octets);
            world.Inject(world.Output.Sent[0].Path, [.. world.Output.Sent[0].Message[..8], .. octets]);
            return world.Connection.State == ConnectionState.Connecting && world.Connection.Drops.Total == 2;
        }).MustHold();

    [Fact]
    public void Forged_choices_never_throw_and_never_leave_the_next_message_unprotected()
    {
        IkeProposal[] offers = [Proposals.Parse("20/256 prf6 x25519 mlkem768"), Proposals.Parse("12/256 integ12 prf5 x25519 mlkem768")];
        int taken = 0;
        Prop.ForAll(Arb.From(Answers.From([.. offers.Select(offer => offer.Transforms)])), choice =>
        {
            using World world = new(configure: c => c with { IkeProposals = offers });
            world.Connection.Start(TimeSpan.Zero);
            (PeerPath path, byte[] request) = world.Output.Sent[0];
            world.Inject(path, ForgedInit(request, choice));
            taken += world.Output.Sent.Count - 1;
            return world.Connection.State == ConnectionState.Connecting && world.Output.Sent.Skip(1).All(sent => IsProtected(sent.Message));
        }).MustHold(tries: 800);
        Assert.True(taken > 0);
    }

    [Fact]
    public void Mutated_answers_never_throw_and_never_authenticate_anybody()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            Random random = new(seed);
            using World world = new(seed);
            world.Mutate = (toPeer, datagram) => !toPeer && random.Next(3) == 0 ? Mutation.Of(random, datagram) : datagram;
            world.Start(TimeSpan.FromSeconds(3));

            // A mutation in IKE_SA_INIT breaks AUTH, one behind it the integrity check: what comes up has the peer's keys.
            if (world.Connection.State == ConnectionState.Established)
                ChildAssert.HasSameKeys(world);
        }
    }

    [Fact]
    public void Mutated_payloads_inside_the_protection_never_throw()
    {
        int answered = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            Random random = new(seed);
            using World world = new World(seed).Start(TimeSpan.FromSeconds(1));
            SimulatedPeer peer = world.Peer;
            using PayloadWriter writer = new();
            DeletePayload.WriteEsp(writer, [peer.OwnEspSpi, new(77)]);
            NotifyPayload.Write(writer, NotifyType.RekeySa, [1, 2, 3], ProtocolId.Esp, [1, 2, 3, 4]);
            SaPayload.Write(writer, ProtocolId.Ike, new byte[8], [World.Hybrid.Transforms]);
            ExchangeType exchange = seed % 2 == 0 ? ExchangeType.Informational : ExchangeType.CreateChildSa;
            peer.Request(exchange, writer.First, Mutation.Of(random, writer.Octets.ToArray()));
            world.Run(TimeSpan.FromSeconds(0.1));
            answered += peer.AnswersToUs.Count;
        }

        Assert.Equal(400, answered);
    }

    [Fact]
    public void A_malformed_datagram_costs_no_memory()
    {
        using World world = new World().Start(TimeSpan.FromSeconds(1));
        IkeSaEstablished up = Assert.Single(world.Output.Of<IkeSaEstablished>());
        byte[][] bad = [[], new byte[27], new byte[1400], Forged(up, 46), Forged(up, 53), Forged(up, 41)];
        foreach (byte[] datagram in bad)
            world.Inject(up.Path, datagram);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            foreach (byte[] datagram in bad)
                world.Inject(up.Path, datagram);
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / (1000 * bad.Length);
        Assert.Equal(0, each);
        Assert.Equal(1001 * bad.Length, world.Connection.Drops.Total);
    }

    /// <summary>A request of the peer's with the right SPIs, message ID and lengths, and rubbish inside.</summary>
    private static byte[] Forged(IkeSaEstablished up, byte nextPayload)
    {
        byte[] message = new byte[200];
        IkeHeader header = new(
            up.InitiatorSpi, up.ResponderSpi, (PayloadType)nextPayload, ExchangeType.Informational, HeaderFlags.None, 0, message.Length);
        header.Write(message);
        GenericHeader.Write(message.AsSpan(IkeHeader.Length), PayloadType.None, message.Length - IkeHeader.Length);
        message[33] = 1;
        message[35] = 2;
        return message;
    }

    /// <summary>What anybody who sees our request can answer: a good key exchange, and any choice.</summary>
    private static byte[] ForgedInit(byte[] request, AnsweredProposal choice)
    {
        var asked = new IkeMessage(default, default, (PayloadType)request[16], request.AsSpan(IkeHeader.Length), Inside.Clear);
        Assert.True(asked.TryFind(PayloadType.KeyExchange, out ReadOnlySpan<byte> body));
        Assert.True(KeyExchangePayload.TryRead(body, out KeyExchangePayload ke));
        Assert.True(new SystemKeyExchangeSource().TryRespond(ke.Method, ke.Data, out byte[]? key, out Secret? secret, out _));
        secret.Dispose();

        using PayloadWriter writer = new();
        SaPayload.Write(writer, ProtocolId.Ike, [], [choice.Transforms], choice.Number);
        KeyExchangePayload.Write(writer, ke.Method, key);
        NoncePayload.Write(writer, new byte[32]);
        NotifyPayload.Write(writer, NotifyType.IntermediateExchangeSupported);
        byte[] answer = [.. new byte[IkeHeader.Length], .. writer.Octets];
        var header = new IkeHeader(
            IkeSpi.Read(request), new IkeSpi(77), writer.First, ExchangeType.IkeSaInit, HeaderFlags.Response, 0, answer.Length);
        header.Write(answer);
        return answer;
    }

    private static bool IsProtected(byte[] message) =>
        (PayloadType)message[16] is PayloadType.Encrypted or PayloadType.EncryptedFragment;
}
