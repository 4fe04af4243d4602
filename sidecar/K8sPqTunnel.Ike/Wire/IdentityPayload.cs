namespace K8sPqTunnel.Ike.Wire;

/// <summary>Identification payload (RFC 7296 3.5): type, three reserved octets, data.</summary>
internal readonly ref struct IdentityPayload(IdentityType type, ReadOnlySpan<byte> data)
{
    private const int FixedLength = 4;

    public IdentityType Type { get; } = type;

    public ReadOnlySpan<byte> Data { get; } = data;

    public static bool TryRead(ReadOnlySpan<byte> body, out IdentityPayload identity)
    {
        identity = default;
        if (body.Length < FixedLength)
            return false;
        identity = new IdentityPayload((IdentityType)body[0], body[FixedLength..]);
        return true;
    }

    /// <summary>Writes the payload.</summary>
    /// <param name="payload">IDi or IDr.</param>
    /// <param name="body">What follows the generic header: also what AUTH covers as ID' (RFC 7296 2.15).</param>
    public static void Write(PayloadWriter writer, PayloadType payload, ReadOnlySpan<byte> body)
    {
        writer.Begin(payload);
        writer.Put(body);
        writer.End();
    }
}
