using System.Buffers.Binary;
using System.Net;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Testing.Certificates;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Runs our initiator against the frames of a recorded responder, with the recorded chance.</summary>
internal sealed class RecordedResponder : IDisposable
{
    /// <summary>Of the one postquantum preshared key that a recording has.</summary>
    public const string PpkId = "ppk-1";

    private static readonly PeerPath Path = new(IPEndPoint.Parse("10.9.0.1:500"), IPEndPoint.Parse("10.9.0.2:500"));

    private readonly RecordedKeys _keys;
    private readonly TranscriptExchange _init;
    private readonly RecordedSource _source;

    public RecordedResponder(Transcript transcript)
    {
        Transcript = transcript;
        _keys = new RecordedKeys(transcript);
        _init = transcript.Exchanges.First(e => e.Exchange == "IKE_SA_INIT");
        TranscriptMessage auth = Auth.Request!;
        List<OfferedProposal> esp = OfferedProposal.ReadAll(Body(auth, PayloadType.SecurityAssociation));
        TranscriptDerivation first = transcript.Derivations[0];
        _source = new RecordedSource(
            first.SpiI, first.Ni, new EspSpi(BinaryPrimitives.ReadUInt32BigEndian(esp[0].Spi)), KeyExchanges(transcript));
        CryptoCapabilities capabilities = new("recorded", HasMlKem: true);
        Connection = new IkeConnection(Config(transcript, esp), new IkeEnvironment(_source, _source, _source, Output, capabilities, new TestVerifier()));
    }

    public Transcript Transcript { get; }

    public IkeConnection Connection { get; }

    public RecordingOutput Output { get; } = new();

    public TranscriptExchange Auth => Transcript.Exchanges.First(e => e.Exchange == "IKE_AUTH");

    public IEnumerable<TranscriptExchange> Intermediates => Transcript.Exchanges.Where(e => e.Exchange == "IKE_INTERMEDIATE");

    /// <summary>Gives our IKE_SA_INIT requests the recorded answers; what we sent is returned.</summary>
    public List<byte[]> AnswerInit()
    {
        Connection.Start(TimeSpan.Zero);
        List<byte[]> ours = [];
        for (int i = 0; i < _init.RequestFrames.Count; i++)
        {
            ours.Add(Output.Sent[^1].Message);
            // Our message lists its notifies in another order than the recorded one, and AUTH covers every octet of it.
            Connection.Newest!.Handshake.InitRequest = _init.RequestFrames[i];
            Output.Sent.Clear();
            Connection.Receive(TimeSpan.Zero, Path, _init.ResponseFrames[i]);
        }

        return ours;
    }

    /// <summary>Gives the request that we sent last the recorded answer.</summary>
    public void Answer(TranscriptExchange exchange)
    {
        Output.Sent.Clear();
        foreach (byte[] frame in exchange.ResponseFrames)
            Connection.Receive(TimeSpan.Zero, Path, frame);
    }

    /// <summary>The inner payloads of the request that we sent last, decrypted with the recorded keys.</summary>
    public byte[] LastRequest(out PayloadType first) => _keys.OpenAll(Output.Sent.Select(sent => sent.Message), out first);

    public void Dispose() => Connection.Dispose();

    public static byte[] Body(TranscriptMessage message, PayloadType type) => message.Payloads.First(p => p.Type == (int)type).Body;

    public static byte[] Body(byte[] frame, PayloadType type)
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(frame, out IkeHeader header));
        return Body(header.NextPayload, frame.AsSpan(IkeHeader.Length), type);
    }

    public static byte[] Body(PayloadType first, ReadOnlySpan<byte> payloads, PayloadType type)
    {
        PayloadReader reader = new(payloads, first);
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type == type)
                return payload.Body.ToArray();
        }

        throw new InvalidDataException($"no payload {type}");
    }

    private static ConnectionConfig Config(Transcript transcript, List<OfferedProposal> esp)
    {
        TranscriptMessage auth = transcript.Exchanges.First(e => e.Exchange == "IKE_AUTH").Request!;
        byte[] init = transcript.Exchanges[0].RequestFrames[0];
        return new ConnectionConfig
        {
            Name = transcript.Id,
            LocalAddress = Path.Local.Address,
            RemoteAddresses = [Path.Remote.Address],
            LocalIdentity = Identity(auth, PayloadType.IdentityInitiator),
            RemoteIdentity = Identity(auth, PayloadType.IdentityResponder),
            Authentication = RecordedCredentials.Of(transcript, transcript.Exchanges.First(e => e.Exchange == "IKE_AUTH").Response!),
            PostquantumKeys = transcript.Ppk is { } ppk ? [new PostquantumKey(PpkId, new Secret(ppk))] : [],
            IkeProposals =
                [.. OfferedProposal.ReadAll(Body(init, PayloadType.SecurityAssociation)).Select(p => new IkeProposal(p.Transforms))],
            EspProposals = [.. esp.Select(p => new EspProposal(p.Transforms))],
            QuantumPolicy = QuantumPolicy.Preferred,
            LocalSelectors = Selectors(auth, PayloadType.TrafficSelectorInitiator),
            RemoteSelectors = Selectors(auth, PayloadType.TrafficSelectorResponder),
        };
    }

    internal static IkeIdentity Identity(TranscriptMessage auth, PayloadType type)
    {
        Assert.True(IdentityPayload.TryRead(Body(auth, type), out IdentityPayload id));
        return new IkeIdentity(id.Type, id.Data);
    }

    internal static List<TrafficSelector> Selectors(TranscriptMessage auth, PayloadType type)
    {
        Assert.True(TrafficSelectorPayload.TryRead(Body(auth, type), out List<TrafficSelector> selectors));
        return selectors;
    }

    private static Queue<RecordedKeyExchange> KeyExchanges(Transcript transcript)
    {
        Queue<RecordedKeyExchange> queue = new();
        TranscriptExchange init = transcript.Exchanges[0];
        for (int i = 0; i < init.RequestFrames.Count; i++)
        {
            bool accepted = i == init.RequestFrames.Count - 1;
            queue.Enqueue(Exchange(
                Body(init.RequestFrames[i], PayloadType.KeyExchange),
                accepted ? Body(init.ResponseFrames[i], PayloadType.KeyExchange) : [0, 0, 0, 0, 0],
                transcript.Derivations[0].SharedSecrets[0]));
        }

        foreach (TranscriptExchange intermediate in transcript.Exchanges.Where(e => e.Exchange == "IKE_INTERMEDIATE"))
        {
            queue.Enqueue(Exchange(
                Body(intermediate.Request!, PayloadType.KeyExchange),
                Body(intermediate.Response!, PayloadType.KeyExchange),
                transcript.Derivations.First(d => d.Kind == $"IKE_INTERMEDIATE {intermediate.MessageId}").SharedSecrets[0]));
        }

        return queue;
    }

    internal static RecordedKeyExchange Exchange(byte[] request, byte[] response, byte[] secret)
    {
        Assert.True(KeyExchangePayload.TryRead(request, out KeyExchangePayload ours));
        Assert.True(KeyExchangePayload.TryRead(response, out KeyExchangePayload theirs));
        return new RecordedKeyExchange(KeyExchangeParameters.Of(ours.Method), ours.Data.ToArray(), theirs.Data.ToArray(), secret);
    }
}
