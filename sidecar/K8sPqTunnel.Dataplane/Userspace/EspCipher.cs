namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Protects the packets of one direction of an SA. Not for two threads at once.</summary>
internal abstract class EspCipher : IDisposable
{
    public abstract EspLayout Layout { get; }

    /// <summary>Encrypts and authenticates a packet in place: writes IV and ICV.</summary>
    /// <param name="packet">With SPI, sequence number and the plaintext where they belong.</param>
    /// <param name="sequence">All 64 bits of the number, never the same twice under one key.</param>
    /// <param name="extended">Its upper half is authenticated too (RFC 4303 2.2.1).</param>
    public abstract void Seal(Span<byte> packet, ulong sequence, bool extended);

    /// <summary>Checks and decrypts; false when the packet is not authentic.</summary>
    /// <param name="packet">At least <see cref="EspLayout.ShortestPacket"/> octets.</param>
    /// <param name="sequence">All 64 bits of the number.</param>
    /// <param name="extended">Its upper half is authenticated too.</param>
    /// <param name="plaintext">As long as the packet's encrypted part.</param>
    public abstract bool TryOpen(ReadOnlySpan<byte> packet, ulong sequence, bool extended, Span<byte> plaintext);

    public abstract void Dispose();
}
