using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Observation;

/// <summary>One value of a Secret that a tunnel needs.</summary>
/// <param name="Reference">Which.</param>
/// <param name="Exists">The Secret is there.</param>
/// <param name="Value">The key's value in it, or null without one.</param>
internal sealed record SecretSight(SecretReference Reference, bool Exists, SecretValue? Value)
{
    public static SecretSight Of(ObservedSecret? secret, SecretReference reference) =>
        new(reference, secret is not null, secret?.Data?.GetValueOrDefault(reference.Key));

    /// <summary>One sentence that says why it cannot be used, or null.</summary>
    public string? Problem(AuthenticationSettings authentication, string @namespace)
    {
        string what = PurposeIn(authentication);
        if (!Exists)
        {
            return $"Secret \"{Reference.Name}\" does not exist in namespace \"{@namespace}\": create it with {what} "
                + $"under \"{Reference.Key}\"";
        }

        if (Value is null)
            return $"Secret \"{Reference.Name}\" has no key \"{Reference.Key}\": add it with {what}";
        string? problem = Reference == authentication.Psk
            ? PreSharedKeyRules.Describe(Value.AsPreSharedKey[authentication.PskEncoding], Reference.Name, Reference.Key, "spec.authentication.psk")
            : null;
        return problem ?? authentication.Ppks.Where(ppk => ppk.Secret == Reference)
            .Select(ppk => PreSharedKeyRules.Describe(Value.AsPreSharedKey[ppk.Encoding], Reference.Name, Reference.Key, ppk.Path))
            .FirstOrDefault(flaw => flaw is not null);
    }

    private string PurposeIn(AuthenticationSettings authentication)
    {
        if (Reference == authentication.Psk)
            return "the pre-shared key";
        if (authentication.Ppks.Any(ppk => ppk.Secret == Reference))
            return "the postquantum preshared key";
        if (Reference == authentication.PrivateKey)
            return "the certificate's private key";
        return Reference == authentication.Certificate ? "this end's certificate" : "the certificates of the authorities that may vouch for the peer";
    }
}
