using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Key Exchange payload (RFC 7296 3.4): method, two reserved octets, data.</summary>
internal readonly ref struct KeyExchangePayload(KeyExchangeMethod method, ReadOnlySpan<byte> data)
{
    private const int FixedLength = 4;

    public KeyExchangeMethod Method { get; } = method;

    public ReadOnlySpan<byte> Data { get; } = data;

    public static bool TryRead(ReadOnlySpan<byte> body, out KeyExchangePayload payload)
    {
        payload = default;
        if (body.Length <= FixedLength)
            return false;
        payload = new KeyExchangePayload((KeyExchangeMethod)BinaryPrimitives.ReadUInt16BigEndian(body), body[FixedLength..]);
        return true;
    }

    public static void Write(PayloadWriter writer, KeyExchangeMethod method, ReadOnlySpan<byte> data)
    {
        writer.Begin(PayloadType.KeyExchange);
        writer.PutUInt16((ushort)method);
        writer.PutUInt16(0);
        writer.Put(data);
        writer.End();
    }
}
