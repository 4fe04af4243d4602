using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>The Secret of a tunnel's pre-shared key.</summary>
/// <param name="Exists">The Secret is there.</param>
/// <param name="Value">The key's value in it, or null without one.</param>
internal sealed record SecretSight(bool Exists, SecretValue? Value)
{
    public static SecretSight Of(ObservedSecret? secret, SecretReference reference) =>
        new(secret is not null, secret?.Data?.GetValueOrDefault(reference.Key));

    /// <summary>One sentence that says why it cannot be used, or null.</summary>
    public string? Problem(SecretReference reference, PskEncoding? encoding, string @namespace)
    {
        if (!Exists)
        {
            return $"Secret \"{reference.Name}\" does not exist in namespace \"{@namespace}\": create it with the pre-shared key "
                + $"under \"{reference.Key}\"";
        }

        return Value is null
            ? $"Secret \"{reference.Name}\" has no key \"{reference.Key}\": add it with the pre-shared key"
            : PreSharedKeyRules.Describe(Value.AsPreSharedKey[encoding], reference.Name, reference.Key);
    }
}
