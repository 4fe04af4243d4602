using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("The IKE SA, which negotiates and guards the child SA.")]
[Rule(".reauthenticationInterval", "!has(self.reauthenticationInterval) || !has(self.reauthenticate) || !self.reauthenticate",
    "spec.ike.reauthenticate: true proves both ends anew at the end of each lifetime already: leave it or reauthenticationInterval out.")]
public sealed record IkeSpec
{
    [Field("Proposals in strongSwan's keywords, best first, for example aes256gcm16-prfsha384-ecp384-ke1_mlkem768. Default: the profile's.",
        MinItems = 1, MaxItems = 16, MinLength = 1, MaxLength = 256)]
    public IReadOnlyList<string>? Proposals { get; init; }

    [Field("Whose order of proposals decides where the peer begins: Ours or Theirs. A choice with ML-KEM goes before any order.",
        Default = "\"Ours\"")]
    public ProposalOrder? ProposalOrder { get; init; }

    [Field("How long the IKE SA may live, between 1m and 168h. Default: the profile's (4h for Generic).", Pattern = Duration.Pattern)]
    public string? Lifetime { get; init; }

    [Field("Whether both ends prove themselves anew each time the IKE SA gets old: a new SA is made and takes over before the old one goes. Otherwise "
        + "it is rekeyed, which proves nothing anew. Default: the profile's (false for Generic).")]
    public bool? Reauthenticate { get; init; }

    [Field("How often both ends prove themselves anew, however often the IKE SA is rekeyed between, between 5m and 720h: a new SA is made and takes over "
        + "before that time is over; where that cannot be done in time, the tunnel ends. Not beside reauthenticate: true. Default: never.",
        Pattern = Duration.Pattern)]
    public string? ReauthenticationInterval { get; init; }

    [Field("Whether the IKE SA is set up without a child SA where the peer can do that (RFC 6023): child SAs are then made by exchanges of their own, "
        + "the first one too with the key exchanges of spec.child.proposals. A peer that begins may do so whatever this says.", Default = "false")]
    public bool? Childless { get; init; }
}
