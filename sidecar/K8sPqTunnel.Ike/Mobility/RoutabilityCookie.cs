using System.Security.Cryptography;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Mobility;

/// <summary>COOKIE2: what comes back from an address was received there, and not guessed (RFC 4555 3.7, 4.2.5).</summary>
internal static class RoutabilityCookie
{
    /// <summary>RFC 4555 4.2.5: 8 to 64 octets.</summary>
    private const int Length = 16;

    public static byte[] New(IkeSa sa)
    {
        byte[] cookie = new byte[Length];
        sa.Environment.Random.Fill(cookie);
        return cookie;
    }

    public static bool Comes(in IkeMessage message, ReadOnlySpan<byte> cookie) =>
        message.TryFindNotify(NotifyType.Cookie2, out NotifyPayload notify) && CryptographicOperations.FixedTimeEquals(notify.Data, cookie);
}
