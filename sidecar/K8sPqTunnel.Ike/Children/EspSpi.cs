namespace K8sPqTunnel.Ike.Children;

/// <summary>The Security Parameters Index of an ESP SA (RFC 4303 2.1), chosen by the SA's receiver.</summary>
/// <param name="Value">The SPI as a number; big endian on the wire. 0 is never an SA, 1 to 255 are reserved.</param>
public readonly record struct EspSpi(uint Value)
{
    /// <summary>Number of octets on the wire.</summary>
    public const int Length = 4;

    /// <summary>The lowest SPI that may name an SA (RFC 4303 2.1).</summary>
    public const uint Lowest = 256;

    public override string ToString() => Value.ToString("x8");
}
