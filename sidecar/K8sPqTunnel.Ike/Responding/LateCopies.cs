using System.Buffers.Binary;
using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Responding;

/// <summary>
/// The IKE_SA_INIT requests whose IKE SAs have come up lately: a copy that the network delivers after IKE_AUTH is ignored, and opens no
/// second IKE SA (RFC 7296 2.1).
/// </summary>
/// <param name="halfOpen">Has the limits.</param>
internal sealed class LateCopies(HalfOpenTable halfOpen)
{
    // By the whole request, as RFC 7296 2.1 advises: two peers behind a NAT may choose the same SPI.
    private readonly HashSet<UInt128> _known = [];
    private readonly Queue<(TimeSpan Until, UInt128 Digest)> _clock = new();

    /// <summary>Remembers a request for as long as a half-open IKE SA may live.</summary>
    public void Add(TimeSpan now, ReadOnlySpan<byte> request)
    {
        UInt128 digest = DigestOf(request);
        if (!_known.Add(digest))
            return;
        _clock.Enqueue((now + halfOpen.Limits.HalfOpenLifetime, digest));
        if (_known.Count > halfOpen.Limits.MaxHalfOpen)
            _known.Remove(_clock.Dequeue().Digest);
    }

    public bool Contains(TimeSpan now, ReadOnlySpan<byte> request)
    {
        while (_clock.TryPeek(out (TimeSpan Until, UInt128 Digest) first) && first.Until <= now)
            _known.Remove(_clock.Dequeue().Digest);
        return _known.Count > 0 && _known.Contains(DigestOf(request));
    }

    private static UInt128 DigestOf(ReadOnlySpan<byte> request)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(request, digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
