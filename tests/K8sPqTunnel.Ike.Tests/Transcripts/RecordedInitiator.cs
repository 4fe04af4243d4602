using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Runs our responder against the frames of a recorded initiator, with the recorded chance.</summary>
internal sealed class RecordedInitiator : IDisposable
{
    private static readonly PeerPath Path = new(IPEndPoint.Parse("10.9.0.2:500"), IPEndPoint.Parse("10.9.0.1:500"));

    private readonly RecordedKeys _keys;

    public RecordedInitiator(Transcript transcript)
    {
        Transcript = transcript;
        _keys = new RecordedKeys(transcript);
        TranscriptDerivation first = transcript.Derivations[0];
        OfferedProposal esp = OfferedProposal.ReadAll(RecordedResponder.Body(Auth.Response!, PayloadType.SecurityAssociation))[0];
        RecordedSource source = new(
            first.SpiR, first.Nr, new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(esp.Spi)), KeyExchanges(transcript));
        CryptoCapabilities capabilities = new("recorded", HasMlKem: true);
        IkeEnvironment environment = new(source, source, source, Output, capabilities, new TestVerifier());
        Endpoint = new IkeEndpoint(environment);
        Connection = Endpoint.Add(Config(transcript, esp), environment);
        Connection.Start(TimeSpan.Zero);
    }

    public Transcript Transcript { get; }

    public IkeEndpoint Endpoint { get; }

    public IkeConnection Connection { get; }

    public RecordingOutput Output { get; } = new();

    public TranscriptExchange Init => Transcript.Exchanges.First(e => e.Exchange == "IKE_SA_INIT");

    public TranscriptExchange Auth => Transcript.Exchanges.First(e => e.Exchange == "IKE_AUTH");

    public IEnumerable<TranscriptExchange> Intermediates => Transcript.Exchanges.Where(e => e.Exchange == "IKE_INTERMEDIATE");

    /// <summary>The IKE SA that the initiator began, while it has not proved itself.</summary>
    public IkeSa HalfOpen => Endpoint.FindHalfOpen(IkeSpi.Read(Transcript.Derivations[0].SpiR))!;

    /// <summary>Gives us the recorded IKE_SA_INIT requests; our answers are returned.</summary>
    public List<byte[]> AskInit()
    {
        List<byte[]> ours = [];
        foreach (byte[] frame in Init.RequestFrames)
        {
            Ask([frame]);
            ours.Add(Assert.Single(Output.Sent).Message);
        }

        // Our message lists its notifies in another order than the recorded one, and AUTH covers every octet of it.
        HalfOpen.Handshake.InitResponse = Init.ResponseFrames[^1];
        return ours;
    }

    /// <summary>Gives us a recorded request, and returns the payloads of our answer, decrypted with the recorded keys.</summary>
    public byte[] Ask(TranscriptExchange exchange, out PayloadType first)
    {
        Ask(exchange.RequestFrames);
        return _keys.OpenAll(Output.Sent.Select(sent => sent.Message), out first);
    }

    /// <summary>Gives us one datagram.</summary>
    public void Receive(byte[] datagram) => Endpoint.Receive(TimeSpan.Zero, Path, datagram);

    /// <summary>Gives us a recorded request with other payloads inside; whether we answered it once, or not at all.</summary>
    public void AskChanged(TranscriptExchange exchange, Func<byte[], byte[]> change)
    {
        Ask([_keys.Reseal(exchange.RequestFrames, change)]);
        Assert.InRange(Output.Sent.Count, 0, 1);
    }

    public void Dispose() => Endpoint.Dispose();

    /// <summary>Gives us datagrams.</summary>
    public void Ask(IEnumerable<byte[]> frames)
    {
        Output.Sent.Clear();
        foreach (byte[] frame in frames)
            Endpoint.Receive(TimeSpan.Zero, Path, frame);
    }

    private static ConnectionConfig Config(Transcript transcript, OfferedProposal esp)
    {
        TranscriptMessage auth = transcript.Exchanges.First(e => e.Exchange == "IKE_AUTH").Request!;
        byte[] init = transcript.Exchanges[0].ResponseFrames[^1];
        return new ConnectionConfig
        {
            Name = transcript.Id,
            StartAction = StartAction.None,
            LocalAddress = Path.Local.Address,
            RemoteAddresses = [Path.Remote.Address],
            LocalIdentity = RecordedResponder.Identity(auth, PayloadType.IdentityResponder),
            RemoteIdentity = RecordedResponder.Identity(auth, PayloadType.IdentityInitiator),
            Authentication = RecordedCredentials.Of(transcript, auth),
            PostquantumKeys = transcript.Ppk is { } ppk ? [new PostquantumKey(RecordedResponder.PpkId, new Secret(ppk))] : [],
            IkeProposals =
                [new IkeProposal(OfferedProposal.ReadAll(RecordedResponder.Body(init, PayloadType.SecurityAssociation))[0].Transforms)],
            EspProposals = [new EspProposal(esp.Transforms)],
            QuantumPolicy = QuantumPolicy.Preferred,
            LocalSelectors = RecordedResponder.Selectors(auth, PayloadType.TrafficSelectorResponder),
            RemoteSelectors = RecordedResponder.Selectors(auth, PayloadType.TrafficSelectorInitiator),
        };
    }

    private static Queue<RecordedKeyExchange> KeyExchanges(Transcript transcript)
    {
        TranscriptExchange init = transcript.Exchanges[0];
        Queue<RecordedKeyExchange> queue = [];
        queue.Enqueue(RecordedResponder.Exchange(
            RecordedResponder.Body(init.RequestFrames[^1], PayloadType.KeyExchange),
            RecordedResponder.Body(init.ResponseFrames[^1], PayloadType.KeyExchange),
            transcript.Derivations[0].SharedSecrets[0]));
        foreach (TranscriptExchange intermediate in transcript.Exchanges.Where(e => e.Exchange == "IKE_INTERMEDIATE"))
        {
            queue.Enqueue(RecordedResponder.Exchange(
                RecordedResponder.Body(intermediate.Request!, PayloadType.KeyExchange),
                RecordedResponder.Body(intermediate.Response!, PayloadType.KeyExchange),
                transcript.Derivations.First(d => d.Kind == $"IKE_INTERMEDIATE {intermediate.MessageId}").SharedSecrets[0]));
        }

        return queue;
    }
}
