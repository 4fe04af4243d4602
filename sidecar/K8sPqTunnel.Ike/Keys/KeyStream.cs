using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>Cuts keys off the output of prf+ in the order that the standard lists them.</summary>
internal ref struct KeyStream(Secret expanded)
{
    private ReadOnlySpan<byte> _rest = expanded.Span;

    /// <summary>The next <paramref name="length"/> octets as a key of their own.</summary>
    public Secret Take(int length)
    {
        Secret key = length == 0 ? Secret.None : new(_rest[..length]);
        _rest = _rest[length..];
        return key;
    }
}
