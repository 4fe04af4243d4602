using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Testing;

/// <summary>Octets that come again with the same seed.</summary>
internal sealed class SeededRandom(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
