using K8sPqTunnel.Api.Schema;

namespace K8sPqTunnel.Api.Resources;

[Field("Each address of one network becomes the address at the same place of the other: 10.0.3.4 as 10.200.3.4.")]
[Rule(".as", "self.local.split('/')[1] == self.__as__.split('/')[1]",
    "spec.nat.netmap: local and as have different prefix lengths; each address needs one of its own: make them equal.")]
[Rule(".as", "self.local != self.__as__", "spec.nat.netmap: local and as are the same network: leave the entry out.")]
public sealed record NetmapSpec
{
    [Field("The network as hosts on this side have it, for example 10.0.0.0/16.", Required = true, MinLength = 3, MaxLength = 43, Pattern = SlashPattern)]
    public string? Local { get; init; }

    [Field("The network that the peer sees instead, inside spec.traffic.local, for example 10.200.0.0/16.", Required = true, MinLength = 3, MaxLength = 43,
        Pattern = SlashPattern)]
    public string? As { get; init; }

    /// <summary>The rules look behind the slash.</summary>
    private const string SlashPattern = "^[0-9a-fA-F:.]+/[0-9]{1,3}$";
}
