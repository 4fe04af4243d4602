namespace K8sPqTunnel.Ike.Tests.Crypto;

internal static class Bits
{
    /// <summary>Flips one bit; any number names one.</summary>
    public static void Flip(Span<byte> octets, int position)
    {
        int bit = (int)((uint)position % (octets.Length * 8));
        octets[bit / 8] ^= (byte)(1 << (bit % 8));
    }
}
