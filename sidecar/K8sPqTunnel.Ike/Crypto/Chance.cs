namespace K8sPqTunnel.Ike.Crypto;

/// <summary>Spreads times, so that many connections, or the two ends of one, do not fall together.</summary>
internal static class Chance
{
    /// <summary>0 to 1.</summary>
    public static double Draw(IRandomSource random)
    {
        Span<byte> octets = stackalloc byte[2];
        random.Fill(octets);
        return (octets[0] << 8 | octets[1]) / 65535.0;
    }
}
