namespace K8sPqTunnel.Ike.Wire;

/// <summary>Authentication payload (RFC 7296 3.8): method, three reserved octets, data.</summary>
internal readonly ref struct AuthenticationPayload(AuthenticationMethod method, ReadOnlySpan<byte> data)
{
    private const int FixedLength = 4;

    public AuthenticationMethod Method { get; } = method;

    public ReadOnlySpan<byte> Data { get; } = data;

    public static bool TryRead(ReadOnlySpan<byte> body, out AuthenticationPayload payload)
    {
        payload = default;
        if (body.Length < FixedLength)
            return false;
        payload = new AuthenticationPayload((AuthenticationMethod)body[0], body[FixedLength..]);
        return true;
    }

    public static void Write(PayloadWriter writer, AuthenticationMethod method, ReadOnlySpan<byte> data)
    {
        writer.Begin(PayloadType.Authentication);
        writer.PutUInt32((uint)method << 24);
        writer.Put(data);
        writer.End();
    }
}
