using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("The tunnel's network interface, in mode Route.")]
public sealed record InterfaceSpec
{
    [Field("Its name, at most 15 characters, for example cf0. Default: pqt and a number that derives from the tunnel's name.",
        MinLength = 1, MaxLength = 15, Pattern = "^[A-Za-z][A-Za-z0-9_.-]*$")]
    public string? Name { get; init; }

    [Field("Its addresses with the length of their network's prefix, for example 169.254.240.1/31: what Cloudflare calls the interface address, AWS the "
        + "inside address, and Google Cloud the BGP IP of this end. Their networks are led into the tunnel too.",
        MaxItems = 16, MinLength = 1, MaxLength = 43, ListType = "set")]
    public IReadOnlyList<string>? Addresses { get; init; }
}
