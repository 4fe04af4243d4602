namespace K8sPqTunnel.Ike.Children;

/// <summary>How much each half of a child SA may carry (RFC 4301 4.4.2.1). The data plane counts inner packets and their octets.</summary>
/// <param name="RekeyOctets">From there on its successor is wanted.</param>
/// <param name="Octets">From there on it carries nothing more.</param>
/// <param name="RekeyPackets">As <paramref name="RekeyOctets"/>.</param>
/// <param name="Packets">As <paramref name="Octets"/>.</param>
public sealed record SaLimits(long RekeyOctets, long Octets, long RekeyPackets, long Packets)
{
    public static SaLimits None { get; } = new(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);

    /// <summary>Limits that leave time for a rekey, and another time at each end.</summary>
    /// <param name="octets">Null for no limit.</param>
    /// <param name="packets">Null for no limit.</param>
    /// <param name="part">The part of them after which to rekey.</param>
    internal static SaLimits Of(long? octets, long? packets, double part) => octets is null && packets is null
        ? None
        : new SaLimits(
            octets is { } o ? (long)(o * part) : long.MaxValue, octets ?? long.MaxValue,
            packets is { } p ? (long)(p * part) : long.MaxValue, packets ?? long.MaxValue);
}
