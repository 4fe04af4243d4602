using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Which transforms the user-space ESP carries, and the way from one direction's keys to its cipher.</summary>
internal static class EspAead
{
    /// <summary>Every AEAD that the cryptography offers, with 32-bit and 64-bit sequence numbers.</summary>
    public static IReadOnlyList<EspTransform> SupportedTransforms { get; } =
    [
        .. from parameters in EncryptionParameters.All
           where parameters.IsAead
           from extended in new[] { false, true }
           select new EspTransform(parameters.Id, parameters.KeyLengthAttribute, IntegrityId.None, extended),
    ];

    /// <summary>Makes the cipher of one direction. The keys are copied.</summary>
    /// <exception cref="NotSupportedException">The transform is none of <see cref="SupportedTransforms"/>.</exception>
    public static Aead Create(EspTransform transform, ChildSaKeys keys)
    {
        if (!EncryptionParameters.TryFind(transform.Encryption, transform.EncryptionKeyBits, out EncryptionParameters? parameters)
            || !parameters.IsAead
            || transform.Integrity != IntegrityId.None)
        {
            throw new NotSupportedException(
                $"the user-space data plane can't carry ESP with {transform.Encryption} {transform.EncryptionKeyBits} and integrity "
                + $"{transform.Integrity}: it carries {Keywords()}; propose one of these for the child SA");
        }
        return new Aead(parameters, keys.Encryption.Span);
    }

    private static string Keywords() => string.Join(", ", EncryptionParameters.All.Where(row => row.IsAead).Select(row => row.Keyword));
}
