using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("A taint that the gateway's pod tolerates, as in a pod's spec.tolerations.")]
public sealed record GatewayToleration
{
    [Field("The taint's key. Left out, with operator Exists, every key fits.", MaxLength = 316)]
    public string? Key { get; init; }

    [Field("Equal or Exists. Default: Equal.", Pattern = "^(Equal|Exists)$")]
    public string? Operator { get; init; }

    [Field("The taint's value, for Equal.", MaxLength = 63)]
    public string? Value { get; init; }

    [Field("NoSchedule, PreferNoSchedule or NoExecute. Left out, every effect fits.", Pattern = "^(NoSchedule|PreferNoSchedule|NoExecute)$")]
    public string? Effect { get; init; }

    [Field("How long a NoExecute taint is tolerated, in seconds. Left out: for ever.", Minimum = 0)]
    public long? TolerationSeconds { get; init; }
}
