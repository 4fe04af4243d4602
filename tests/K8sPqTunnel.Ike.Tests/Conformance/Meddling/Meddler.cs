using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Meddling;

/// <summary>
/// Stands between two real cores and has the keys of both: reads every message, has either end write what it never would, and sees what
/// the other one answers on the wire.
/// </summary>
/// <remarks>Messages go in one piece and nothing is sent for mere liveness unless a case wants it otherwise.</remarks>
internal sealed class Meddler : IDisposable
{
    private const int NoFragments = 9000;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly KeyRing _keys = new();
    private readonly List<(Func<Letter, bool> IsMeant, Action<Letter> Change)> _edits = [];
    private readonly Dictionary<(IkeSpi Initiator, Role From), uint> _nextIds = [];
    private readonly HashSet<(IkeSpi Initiator, Role To, uint Id)> _asked = [];
    private readonly Dictionary<IkeSpi, byte[]> _initResponses = [];
    private readonly Dictionary<Role, PeerPath> _paths = [];
    private byte[] _onTheWay = [];

    public Meddler(
        Func<ConnectionConfig, ConnectionConfig>? initiator = null,
        Func<ConnectionConfig, ConnectionConfig>? responder = null,
        EndpointLimits? limits = null,
        int seed = 1)
    {
        Duet = new Duet(seed, c => (initiator ?? (each => each))(Quiet(c)), c => (responder ?? (each => each))(Quiet(c)), limits: limits)
        {
            Drops = (toRight, datagram) => !Take(toRight ? Role.Initiator : Role.Responder, datagram),
        };
        Duet.Mutate = (_, _) => [.. _onTheWay];
        // Both ends would count alike, and the other end's SPI in place of one's own would not show.
        Duet.Right.Spis.Allocate();
    }

    /// <summary>The same change at both ends.</summary>
    public static Meddler OfBoth(Func<ConnectionConfig, ConnectionConfig> both, int seed = 1) => new(both, both, seed: seed);

    public Duet Duet { get; }

    /// <summary>All that the ends have sent, in order, as they wrote it.</summary>
    public List<Letter> Seen { get; } = [];

    public Host Of(Role role) => role == Role.Initiator ? Duet.Left : Duet.Right;

    public static Role Other(Role role) => role == Role.Initiator ? Role.Responder : Role.Initiator;

    /// <summary>The newest IKE SA of an end.</summary>
    public IkeSa SaOf(Role role) => Of(role).Connection.Newest!;

    /// <summary>Changes what an end writes: it is then as if the end had written it so itself.</summary>
    public void Edit(Role from, ExchangeType exchange, bool response, Action<Letter> change) =>
        Edit(letter => letter.From == from && letter.Exchange == exchange && letter.IsResponse == response, change);

    public void Edit(Func<Letter, bool> isMeant, Action<Letter> change) => _edits.Add((isMeant, change));

    /// <summary>Leaves all that follows as it is written.</summary>
    public void Behave() => _edits.Clear();

    /// <summary>Starts both ends and lets some time go by.</summary>
    public Meddler Start(TimeSpan? duration = null)
    {
        Duet.Start(duration ?? TimeSpan.FromSeconds(1));
        Learn();
        return this;
    }

    /// <summary>Both ends carry traffic by the same child.</summary>
    public bool IsUp => Array.TrueForAll([Duet.Left, Duet.Right], host =>
        host.Connection.State == ConnectionState.Established && host.Output.Installed.Count == 1);

    /// <summary>As <see cref="Start"/>, and they have come up.</summary>
    public Meddler Up()
    {
        Start();
        AssertUp();
        return this;
    }

    public void AssertUp()
    {
        Assert.True(IsUp, string.Join('\n', Seen));
        Duet.AssertAgreement();
    }

    public void Run(TimeSpan? duration = null)
    {
        Duet.Run(duration ?? Moment);
        Learn();
    }

    /// <summary>
    /// Sends a request of the other end's to <paramref name="to"/>, with the message ID that is next, and keeps the answer back. The other
    /// end knows nothing of it: requests of its own then have an ID that has been used.
    /// </summary>
    /// <returns>The answer; null where there is none.</returns>
    public Letter? Ask(Role to, ExchangeType exchange, Action<PayloadWriter>? write = null, Action<Letter>? change = null)
    {
        Letter request = Request(to, exchange, write);
        change?.Invoke(request);
        return Ask(request);
    }

    /// <summary>The same with a request that is ready.</summary>
    public Letter? Ask(Letter request)
    {
        Role to = Other(request.From);
        (IkeSpi Initiator, Role To, uint Id) question = (request.Header.InitiatorSpi, to, request.Header.MessageId);
        _asked.Add(question);
        int before = Seen.Count;
        Send(request);
        return Seen.Skip(before).LastOrDefault(letter =>
            letter.From == to && letter.IsResponse && letter.Header.MessageId == question.Id && letter.Header.InitiatorSpi == question.Initiator);
    }

    /// <summary>A request of the other end's to <paramref name="to"/>, ready to be changed and sent.</summary>
    public Letter Request(Role to, ExchangeType exchange, Action<PayloadWriter>? write = null)
    {
        Learn();
        Role from = Other(to);
        IkeSa sa = SaOf(to);
        IkeHeader header = new(
            sa.InitiatorSpi, sa.ResponderSpi, PayloadType.None, exchange, sa.IsInitiator ? HeaderFlags.None : HeaderFlags.Initiator, NextId(sa.InitiatorSpi, from), 0);
        Letter letter = new(from, header);
        if (write is not null)
            letter.Append(write);
        return letter;
    }

    /// <summary>Puts a letter into the hands of the end that it is for.</summary>
    public void Send(Letter letter)
    {
        Role to = Other(letter.From);
        if (!letter.IsResponse)
            Count(letter);
        Deliver(to, letter.IsOfInit ? InTheOpen(letter) : Sealed(letter, _keys.Newest(letter.Header)));
    }

    /// <summary>Puts octets into the hands of an end, from where its peer is.</summary>
    /// <returns>What it sent at once.</returns>
    public List<Letter> Deliver(Role to, byte[] datagram, PeerPath? path = null)
    {
        int before = Seen.Count;
        Of(to).Endpoint.Receive(Duet.Now, path ?? _paths[to], datagram);
        return [.. Seen.Skip(before).Where(letter => letter.From == to)];
    }

    /// <summary>The octets of a letter under the newest keys.</summary>
    public byte[] Sealed(Letter letter) => Sealed(letter, _keys.Newest(letter.Header));

    /// <summary>A letter cut into fragments, as its end would (RFC 7383 2.5).</summary>
    public byte[][] Cut(Letter letter, int pieces)
    {
        byte[] chain = letter.Chain(out PayloadType first);
        int each = (chain.Length + pieces - 1) / pieces;
        return [.. Enumerable.Range(0, pieces).Select(i => Fragment(
            letter, i == 0 ? first : PayloadType.None, chain.AsSpan(i * each, Math.Min(each, chain.Length - i * each)), i + 1, pieces))];
    }

    /// <summary>One fragment of any kind.</summary>
    public byte[] Fragment(Letter letter, PayloadType first, ReadOnlySpan<byte> content, int number, int total)
    {
        MessageCipher cipher = _keys.Newest(letter.Header);
        byte[] message = new byte[SealedLayout.FragmentHeadersLength + cipher.BodyLength(content.Length)];
        letter.WriteHeader(message, PayloadType.EncryptedFragment);
        GenericHeader.Write(message.AsSpan(IkeHeader.Length), first, message.Length - IkeHeader.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(SealedLayout.HeadersLength), (ushort)number);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(SealedLayout.HeadersLength + 2), (ushort)total);
        content.CopyTo(message.AsSpan(SealedLayout.FragmentHeadersLength + cipher.IvLength));
        cipher.Seal(message, SealedLayout.FragmentHeadersLength, content.Length);
        return message;
    }

    /// <summary>The letters of one kind.</summary>
    public IEnumerable<Letter> All(Role from, ExchangeType exchange, bool response) =>
        Seen.Where(letter => letter.From == from && letter.Exchange == exchange && letter.IsResponse == response);

    public Letter First(Role from, ExchangeType exchange, bool response) => All(from, exchange, response).First();

    public void Dispose()
    {
        Duet.Dispose();
        _keys.Dispose();
    }

    private static ConnectionConfig Quiet(ConnectionConfig config) =>
        config with { FragmentIpSize = NoFragments, LivenessDelay = TimeSpan.FromHours(1) };

    private void Learn()
    {
        foreach (Role role in new[] { Role.Initiator, Role.Responder })
        {
            if (Of(role).Connections is not [{ Newest: { } sa }, ..])
                continue;
            _keys.Learn(sa);
            _paths[role] = sa.Path;
        }
    }

    /// <summary>Looks at what an end sends, and changes it.</summary>
    /// <returns>Whether it arrives.</returns>
    private bool Take(Role from, byte[] datagram)
    {
        Learn();
        _onTheWay = datagram;
        Assert.Equal(ParseError.None, IkeHeader.TryRead(datagram, out IkeHeader header));
        OwnUpToInit(header);
        if (header.Exchange == ExchangeType.IkeSaInit)
            return Pass(Letter.Read(from, header, header.NextPayload, datagram.AsSpan(IkeHeader.Length), datagram), null);
        if (!_keys.TryOpen(header, datagram, out MessageCipher? cipher, out OpenedPart part, out byte[] opened))
            return true;
        if (part.IsFragment)
        {
            Seen.Add(new Letter(from, header) { Original = datagram });
            return true;
        }

        return Pass(Letter.Read(from, header, part.First, opened.AsSpan(part.Content), datagram), cipher);
    }

    private bool Pass(Letter letter, MessageCipher? cipher)
    {
        Seen.Add(Letter.Read(letter.From, letter.Header, letter.Parts.Count > 0 ? letter.Parts[0].Type : PayloadType.None, letter.Chain(out _), letter.Original));
        if (!letter.IsResponse)
            Count(letter);
        if (letter.IsResponse && _asked.Contains((letter.Header.InitiatorSpi, letter.From, letter.Header.MessageId)))
            return false;

        bool isChanged = false;
        foreach ((Func<Letter, bool> isMeant, Action<Letter> change) in _edits.ToArray())
        {
            if (!isMeant(letter))
                continue;
            change(letter);
            isChanged = true;
        }

        if (isChanged)
            _onTheWay = cipher is null ? Signed(letter) : Sealed(letter, cipher);
        return !letter.IsLost;
    }

    /// <summary>A changed IKE_SA_INIT: AUTH will cover it as its end is made to have written it.</summary>
    private byte[] Signed(Letter letter)
    {
        byte[] octets = InTheOpen(letter);
        if (letter.From == Role.Responder)
            _initResponses[letter.Header.ResponderSpi] = octets;
        else if (Duet.Left.Connection.Newest is { } sa)
            sa.Handshake.InitRequest = octets;
        return octets;
    }

    private void OwnUpToInit(IkeHeader header)
    {
        if (_initResponses.TryGetValue(header.ResponderSpi, out byte[]? octets) &&
            Duet.Right.Endpoint.FindHalfOpen(header.ResponderSpi) is { } sa)
            sa.Handshake.InitResponse = octets;
    }

    private static byte[] InTheOpen(Letter letter)
    {
        byte[] chain = letter.Chain(out PayloadType first);
        byte[] message = [.. new byte[IkeHeader.Length], .. chain];
        letter.WriteHeader(message, first);
        return message;
    }

    private static byte[] Sealed(Letter letter, MessageCipher cipher)
    {
        byte[] chain = letter.Chain(out PayloadType first);
        byte[] message = new byte[SealedLayout.HeadersLength + cipher.BodyLength(chain.Length)];
        letter.WriteHeader(message, PayloadType.Encrypted);
        GenericHeader.Write(message.AsSpan(IkeHeader.Length), first, message.Length - IkeHeader.Length);
        message[IkeHeader.Length + 1] = letter.OuterFlags;
        chain.CopyTo(message, SealedLayout.HeadersLength + cipher.IvLength);
        cipher.Seal(message, SealedLayout.HeadersLength, chain.Length);
        return message;
    }

    private uint NextId(IkeSpi initiator, Role from) => _nextIds.GetValueOrDefault((initiator, from));

    private void Count(Letter letter)
    {
        (IkeSpi, Role) key = (letter.Header.InitiatorSpi, letter.From);
        _nextIds[key] = Math.Max(_nextIds.GetValueOrDefault(key), letter.Header.MessageId + 1);
    }
}
