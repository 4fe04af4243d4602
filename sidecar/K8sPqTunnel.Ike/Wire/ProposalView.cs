namespace K8sPqTunnel.Ike.Wire;

/// <summary>One proposal of an SA payload (RFC 7296 3.3.1).</summary>
internal readonly ref struct ProposalView(
    byte number, ProtocolId protocol, ReadOnlySpan<byte> spi, int transformCount, ReadOnlySpan<byte> transforms)
{
    private readonly ReadOnlySpan<byte> _transforms = transforms;

    public byte Number { get; } = number;

    public ProtocolId Protocol { get; } = protocol;

    public ReadOnlySpan<byte> Spi { get; } = spi;

    public TransformReader Transforms => new(_transforms, transformCount);
}
