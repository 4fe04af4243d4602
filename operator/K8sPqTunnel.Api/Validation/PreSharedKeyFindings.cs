using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>What there is to say of a Secret's value under each encoding that a tunnel may name, without the value itself.</summary>
public sealed record PreSharedKeyFindings(
    PreSharedKeyFinding Unnamed, PreSharedKeyFinding Text, PreSharedKeyFinding Hex, PreSharedKeyFinding Base64)
{
    public static PreSharedKeyFindings Of(ReadOnlySpan<byte> value) => new(
        PreSharedKeyRules.Find(value, encoding: null),
        PreSharedKeyRules.Find(value, PskEncoding.Text),
        PreSharedKeyRules.Find(value, PskEncoding.Hex),
        PreSharedKeyRules.Find(value, PskEncoding.Base64));

    public PreSharedKeyFinding this[PskEncoding? encoding] => encoding switch
    {
        PskEncoding.Text => Text,
        PskEncoding.Hex => Hex,
        PskEncoding.Base64 => Base64,
        _ => Unnamed,
    };
}
