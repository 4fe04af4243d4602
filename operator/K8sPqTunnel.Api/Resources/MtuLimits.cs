namespace K8sPqTunnel.Api.Resources;

/// <summary>Bounds of what is written about sizes, in octets.</summary>
internal static class MtuLimits
{
    /// <summary>What every host of IPv4 takes (RFC 791 3.1).</summary>
    public const int Smallest = 576;

    /// <summary>Jumbo frames.</summary>
    public const int Largest = 9216;

    /// <summary>The smallest TCP segment that Linux takes seriously, and the largest of a jumbo frame.</summary>
    public const int SmallestSegment = 216;
    public const int LargestSegment = 8960;
}
