using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("How a silent peer is noticed (dead peer detection), and how long an answer is waited for.")]
public sealed record LivenessSpec
{
    [Field("Silence after which the peer is asked for a sign of life, between 1s and 1h. Default: the profile's (30s for Generic).",
        Pattern = Duration.Pattern)]
    public string? Delay { get; init; }

    [Field("Wait before a request is sent again for the first time; each further wait is 1.8 times the one before. Between 100ms and 30s. Default: "
        + "the profile's (1s for Generic).", Pattern = Duration.Pattern)]
    public string? Timeout { get; init; }

    [Field("How often a request is sent again before the peer counts as gone, between 1 and 10. Default: the profile's (5 for Generic, which is 41s "
        + "in all).", Minimum = 1, Maximum = 10)]
    public int? Repeats { get; init; }
}
