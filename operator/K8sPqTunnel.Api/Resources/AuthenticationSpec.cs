using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("How both ends prove who they are.")]
public sealed record AuthenticationSpec
{
    [Field("A pre-shared key.", Required = true)]
    public PskSpec? Psk { get; init; }

    [Field("A postquantum preshared key beside it, which keeps the traffic secret even where a quantum computer breaks every key exchange.")]
    public PpkSpec? Ppk { get; init; }
}
