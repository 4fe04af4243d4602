using System.Security.Cryptography;

namespace K8sPqTunnel.Ike.Crypto;

/// <summary>One key of a <see cref="Prf"/>, taking its input piece by piece. Each Finish starts the next computation.</summary>
internal sealed class PrfComputation(IncrementalHash hmac, int outputLength) : IDisposable
{
    public int OutputLength { get; } = outputLength;

    public PrfComputation Append(ReadOnlySpan<byte> octets)
    {
        hmac.AppendData(octets);
        return this;
    }

    /// <summary>Writes the output into <paramref name="destination"/>, which has <see cref="OutputLength"/> octets.</summary>
    public void Finish(Span<byte> destination) => hmac.GetHashAndReset(destination);

    public Secret Finish() =>
        Secret.Create(OutputLength, hmac, static (destination, hmac) => hmac.GetHashAndReset(destination));

    public void Dispose() => hmac.Dispose();
}
