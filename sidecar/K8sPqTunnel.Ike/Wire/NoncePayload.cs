using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>Nonce payload (RFC 7296 3.9).</summary>
internal static class NoncePayload
{
    /// <summary>What we send: enough for half of any PRF's key (RFC 7296 2.10).</summary>
    public const int OurLength = 32;

    private const int MinLength = 16;
    private const int MaxLength = 256;

    /// <summary>RFC 7296 3.9: 16 to 256 octets.</summary>
    public static bool IsValid(ReadOnlySpan<byte> body) => body.Length is >= MinLength and <= MaxLength;

    /// <summary>A fresh nonce (RFC 7296 2.10).</summary>
    public static byte[] Draw(IRandomSource random)
    {
        byte[] nonce = new byte[OurLength];
        random.Fill(nonce);
        return nonce;
    }

    public static void Write(PayloadWriter writer, ReadOnlySpan<byte> nonce)
    {
        writer.Begin(PayloadType.Nonce);
        writer.Put(nonce);
        writer.End();
    }
}
