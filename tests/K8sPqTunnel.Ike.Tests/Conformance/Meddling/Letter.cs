using System.Buffers.Binary;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Meddling;

/// <summary>One IKE message with its payloads in the open, to be looked at or changed.</summary>
internal sealed class Letter(Role from, IkeHeader header)
{
    /// <summary>Who wrote it, or is made to have written it.</summary>
    public Role From { get; } = from;

    public IkeHeader Header { get; set; } = header;

    /// <summary>Major and minor version.</summary>
    public byte Version { get; set; } = IkeHeader.MajorVersion << 4;

    /// <summary>What the header's length field says too much.</summary>
    public int LengthError { get; set; }

    /// <summary>The second octet of the Encrypted payload's header: a critical bit and seven reserved ones.</summary>
    public byte OuterFlags { get; set; }

    public List<Part> Parts { get; private init; } = [];

    /// <summary>Octets behind the last payload.</summary>
    public byte[] Trailing { get; set; } = [];

    /// <summary>It never arrives.</summary>
    public bool IsLost { get; set; }

    /// <summary>As it went over the wire before anybody changed it.</summary>
    public byte[] Original { get; init; } = [];

    /// <summary>It is one of several pieces, and what is inside is not shown (RFC 7383 2.5).</summary>
    public bool IsFragment => Header.NextPayload == PayloadType.EncryptedFragment;

    public ExchangeType Exchange => Header.Exchange;

    public bool IsResponse => Header.IsResponse;

    public bool IsOfInit => Exchange == ExchangeType.IkeSaInit;

    public IEnumerable<NotifyType> Notifies => Parts.Select(part => part.Notify).OfType<NotifyType>();

    /// <summary>The error that it tells, if it has no other payload.</summary>
    public NotifyType? OnlyError => Parts is [{ Notify: { } type }] && (int)type < 16384 ? type : null;

    public Part this[PayloadType type] => Parts.First(part => part.Type == type);

    public static Letter Read(Role from, IkeHeader header, PayloadType first, ReadOnlySpan<byte> chain, byte[] original)
    {
        Letter letter = new(from, header) { Original = original, Parts = PartsOf(first, chain) };
        return letter;
    }

    public bool Has(PayloadType type) => Parts.Exists(part => part.Type == type);

    public bool Has(NotifyType type) => Parts.Exists(part => part.Notify == type);

    public Part Notify(NotifyType type) => Parts.First(part => part.Notify == type);

    public void Remove(PayloadType type) => Assert.NotEqual(0, Parts.RemoveAll(part => part.Type == type));

    public void Remove(NotifyType type) => Assert.NotEqual(0, Parts.RemoveAll(part => part.Notify == type));

    /// <summary>Puts what <paramref name="write"/> writes behind the payloads that are there.</summary>
    public void Append(Action<PayloadWriter> write)
    {
        using var writer = new PayloadWriter();
        write(writer);
        Parts.AddRange(PartsOf(writer.First, writer.Octets));
    }

    public void Append(NotifyType type, params byte[] data) => Append(writer => NotifyPayload.Write(writer, type, data));

    /// <summary>Leaves nothing but what <paramref name="write"/> writes.</summary>
    public void Replace(Action<PayloadWriter> write)
    {
        Parts.Clear();
        Append(write);
    }

    /// <summary>The payload chain.</summary>
    public byte[] Chain(out PayloadType first)
    {
        first = Parts.Count > 0 ? Parts[0].Type : PayloadType.None;
        List<byte> chain = [];
        for (int i = 0; i < Parts.Count; i++)
        {
            byte[] head = new byte[GenericHeader.Length];
            PayloadType next = i + 1 < Parts.Count ? Parts[i + 1].Type : PayloadType.None;
            GenericHeader.Write(head, next, GenericHeader.Length + Parts[i].Body.Length + Parts[i].LengthError);
            head[1] = Parts[i].Flags;
            chain.AddRange([.. head, .. Parts[i].Body]);
        }

        return [.. chain, .. Trailing];
    }

    /// <summary>Writes the header into the first octets of a message.</summary>
    public void WriteHeader(Span<byte> message, PayloadType first)
    {
        (Header with { NextPayload = first, TotalLength = message.Length + LengthError }).Write(message);
        message[IkeHeader.VersionOffset] = Version;
    }

    public override string ToString() =>
        $"{From} {Exchange} {(IsResponse ? "response" : "request")} {Header.MessageId}: {string.Join(", ", Parts)}";

    private static List<Part> PartsOf(PayloadType first, ReadOnlySpan<byte> chain)
    {
        List<Part> parts = [];
        PayloadType type = first;
        ReadOnlySpan<byte> rest = chain;
        while (type != PayloadType.None)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            parts.Add(new Part(type, rest[GenericHeader.Length..length].ToArray()) { Flags = rest[1] });
            type = (PayloadType)rest[0];
            rest = rest[length..];
        }

        Assert.True(rest.IsEmpty);
        return parts;
    }
}
