using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("What peers that have not proved themselves may cost. They begin before it is known which tunnel they mean: of several tunnels on one address "
    + "the tightest limit holds for all.")]
[Rule(".cookiesFrom", "!has(self.cookiesFrom) || !has(self.halfOpen) || self.cookiesFrom <= self.halfOpen",
    "spec.limits.cookiesFrom is above spec.limits.halfOpen, so no cookie would ever be asked for.")]
[Rule(".halfOpenPerAddress", "!has(self.halfOpenPerAddress) || !has(self.halfOpen) || self.halfOpenPerAddress <= self.halfOpen",
    "spec.limits.halfOpenPerAddress is above spec.limits.halfOpen, so it would limit nothing.")]
public sealed record LimitsSpec
{
    [Field("With this many half-open IKE SAs a peer has to return a cookie before it costs a key exchange (RFC 7296 2.6), 0 to 65536; 0 asks everybody, "
        + "at the cost of one more round trip. Default: 64, or halfOpen where that is less.", Minimum = 0, Maximum = 65_536)]
    public int? CookiesFrom { get; init; }

    [Field("With this many half-open IKE SAs a peer that begins gets no answer, 1 to 65536.", Default = "4096", Minimum = 1, Maximum = 65_536)]
    public int? HalfOpen { get; init; }

    [Field("The same for those of one address, 1 to 65536: what may stand behind one NAT and begin at the same time. Default: 256, or "
        + "halfOpen where that is less.", Minimum = 1, Maximum = 65_536)]
    public int? HalfOpenPerAddress { get; init; }

    [Field("Silence after which a half-open IKE SA is forgotten, between 1s and 10m.", Default = "\"30s\"", Pattern = Duration.Pattern)]
    public string? HalfOpenTimeout { get; init; }

    [Field("Time in which a peer that begins has to prove itself, between 1s and 10m.", Default = "\"2m\"", Pattern = Duration.Pattern)]
    public string? HalfOpenLifetime { get; init; }
}
