namespace K8sPqTunnel.Ike.Wire;

/// <summary>One payload of a chain, its body not looked at yet.</summary>
internal readonly ref struct RawPayload(PayloadType type, bool critical, ReadOnlySpan<byte> body)
{
    public PayloadType Type { get; } = type;

    /// <summary>The sender wants the message refused by whoever does not know the type (RFC 7296 2.5).</summary>
    public bool Critical { get; } = critical;

    /// <summary>What follows the generic header.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;
}
