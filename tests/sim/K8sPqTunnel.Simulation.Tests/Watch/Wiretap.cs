using System.Buffers.Binary;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Simulation.Tests.Watch;

/// <summary>Reads along on the wire, and knows what may never be read there. It has a reader of its own, not the core's.</summary>
internal sealed class Wiretap(Evidence evidence)
{
    private const int HeaderLength = 28;
    private const byte IkeSaInit = 34;
    private const byte Notify = 41;
    private const byte Encrypted = 46;
    private const byte Fragment = 53;

    // RFC 7296 3.2: SA, KE, CERTREQ, Nonce, Notify, Vendor ID. Identities, proofs, certificates, selectors and deletions only under protection.
    private static readonly byte[] AllowedInTheOpen = [33, 34, 38, 40, Notify, 43];

    // Of the children that came up last; older ones carry nothing any more.
    private const int KeysKept = 8;
    private const int KeyOctets = 16;

    private readonly List<byte[]> _secrets = [];
    private readonly Queue<byte[]> _keys = new();

    /// <summary>A message in a few words, for a trace.</summary>
    public static string Summarize(ReadOnlySpan<byte> message) =>
        $"{(ExchangeType)message[18]} {(message[19] & 0x20) switch { 0 => "request", _ => "answer" }} {BinaryPrimitives.ReadUInt32BigEndian(message[20..])} " +
        $"of {Convert.ToHexStringLower(message[..4])}… ({message.Length} octets{(message[16] == Fragment ? ", a fragment" : "")})";

    /// <summary>From now on these octets may not be seen.</summary>
    public void Keep(ReadOnlySpan<byte> secret)
    {
        foreach (byte[] known in _secrets)
        {
            if (secret.SequenceEqual(known))
                return;
        }

        _secrets.Add(secret.ToArray());
    }

    /// <summary>The same for a key of a child SA.</summary>
    public void KeepKey(byte[] key)
    {
        _keys.Enqueue(key[..KeyOctets]);
        if (_keys.Count > KeysKept)
            _keys.Dequeue();
    }

    /// <summary>The same for all of a configuration that is secret, or under protection at least.</summary>
    public void Keep(ConnectionConfig config)
    {
        // What all identities and certificates here have in common.
        Keep("test.example"u8);
        foreach (Secret? key in new[] { (config.Authentication.Local as LocalPreSharedKey)?.Key, (config.Authentication.Remote as PeerPreSharedKey)?.Key })
        {
            if (key is not null)
                Keep(key.Span);
        }

        foreach (PostquantumKey key in config.PostquantumKeys)
            Keep(key.Secret.Span);
    }

    /// <summary>Reads one datagram.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    public string? Hear(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength || BinaryPrimitives.ReadInt32BigEndian(message[24..]) != message.Length)
            return $"{message.Length} octets are no IKE message";
        foreach (byte[] secret in _secrets)
        {
            if (message.IndexOf(secret) >= 0)
                return $"exchange {message[18]} shows {Convert.ToHexStringLower(secret)}, which is a secret";
        }

        foreach (byte[] key in _keys)
        {
            if (message.IndexOf(key) >= 0)
                return $"exchange {message[18]} shows a key of a child SA";
        }

        evidence.Exchanges.Add(message[18]);
        return message[18] == IkeSaInit ? HearInit(message) : HearProtected(message);
    }

    private static bool IsWhole(ReadOnlySpan<byte> message, int at, out int length)
    {
        length = at + 4 <= message.Length ? BinaryPrimitives.ReadUInt16BigEndian(message[(at + 2)..]) : 0;
        return length >= 4 && at + length <= message.Length;
    }

    private string? HearInit(ReadOnlySpan<byte> message)
    {
        byte type = message[16];
        for (int at = HeaderLength; type != 0;)
        {
            if (!IsWhole(message, at, out int length))
                return "IKE_SA_INIT is cut short";
            if (!AllowedInTheOpen.Contains(type))
                return $"payload {type} is in the open";
            if (type == Notify)
                evidence.InitNotifies.Add(BinaryPrimitives.ReadUInt16BigEndian(message[(at + 6)..]));
            type = message[at];
            at += length;
        }

        return null;
    }

    /// <summary>RFC 7296 3.14, RFC 7383 2.5: the encrypted payload is the only one, and the last.</summary>
    private string? HearProtected(ReadOnlySpan<byte> message)
    {
        evidence.Fragments |= message[16] == Fragment;
        if (message[16] is not (Encrypted or Fragment))
            return $"exchange {message[18]} has payload {message[16]} in the open";
        return IsWhole(message, HeaderLength, out int length) && HeaderLength + length == message.Length
            ? null
            : $"exchange {message[18]} has octets outside its encrypted payload";
    }
}
