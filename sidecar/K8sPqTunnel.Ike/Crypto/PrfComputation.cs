using K8sPqTunnel.Ike.Crypto.OpenSsl;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>One key of a <see cref="Prf"/>, taking its input piece by piece. Each Finish starts the next computation.</summary>
/// <param name="context">Keyed; owned from here on.</param>
internal sealed class PrfComputation(EvpMacContextHandle context, int outputLength) : IDisposable
{
    private bool _finished;

    public int OutputLength { get; } = outputLength;

    public PrfComputation Append(ReadOnlySpan<byte> octets)
    {
        // Without a key: the one that it has.
        if (_finished)
            LibCrypto.Require(LibCrypto.EVP_MAC_init(context, [], 0, 0) == 1, nameof(LibCrypto.EVP_MAC_init));
        _finished = false;
        LibCrypto.Require(LibCrypto.EVP_MAC_update(context, octets, (nuint)octets.Length) == 1, nameof(LibCrypto.EVP_MAC_update));
        return this;
    }

    /// <summary>Writes the output into <paramref name="destination"/>, which has <see cref="OutputLength"/> octets.</summary>
    public void Finish(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, OutputLength, nameof(destination));
        LibCrypto.Require(
            LibCrypto.EVP_MAC_final(context, destination, out nuint written, (nuint)destination.Length) == 1 && written == (nuint)OutputLength,
            nameof(LibCrypto.EVP_MAC_final));
        _finished = true;
    }

    public Secret Finish() => Secret.Create(OutputLength, this, static (destination, computation) => computation.Finish(destination));

    public void Dispose() => context.Dispose();
}
