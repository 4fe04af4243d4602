using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("CPU and memory as Kubernetes quantities, for example cpu: 500m, memory: 256Mi.")]
public sealed record GatewayResources
{
    [Field("What the pod is given at least. Default: cpu 50m, memory 96Mi.", MaxItems = 16)]
    public IReadOnlyDictionary<string, string>? Requests { get; init; }

    [Field("What the pod may use at most. Default: no limit; a CPU limit slows packets down.", MaxItems = 16)]
    public IReadOnlyDictionary<string, string>? Limits { get; init; }
}
