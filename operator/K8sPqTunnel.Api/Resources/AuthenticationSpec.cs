using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("How both ends prove who they are.")]
public sealed record AuthenticationSpec
{
    [Field("A pre-shared key.", Required = true)]
    public PskSpec? Psk { get; init; }
}
