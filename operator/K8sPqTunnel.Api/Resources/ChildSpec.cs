using K8sPqTunnel.Api.Schema;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Resources;

[Field("The child SA, which carries the packets (ESP in tunnel mode).")]
public sealed record ChildSpec
{
    [Field("Proposals in strongSwan's keywords, best first, for example aes256gcm16-ecp384-ke1_mlkem768. Default: the profile's.",
        MinItems = 1, MaxItems = 16, MinLength = 1, MaxLength = 256)]
    public IReadOnlyList<string>? Proposals { get; init; }

    [Field("How long the child SA may live, between 1m and 48h. Default: the profile's (1h for Generic).", Pattern = Duration.Pattern)]
    public string? Lifetime { get; init; }

    [Field("How many octets of inner packets the child SA may carry in either direction, 1000000 or more: it is rekeyed at 80 to 90 % of them, chosen "
        + "by chance, and carries nothing more at the end. Default: any number.", Minimum = 1_000_000)]
    public long? LifetimeBytes { get; init; }

    [Field("The same in packets, 1000 or more. Default: any number; without 64-bit sequence numbers (esn) a child SA is rekeyed before 2^32 packets.",
        Minimum = 1_000)]
    public long? LifetimePackets { get; init; }

    [Field("Anti-replay window in packets, 0 to 4096; 0 turns the check off, for a peer whose packets cannot keep to one sequence. Default: the "
        + "profile's (1024 for Generic).", Minimum = 0, Maximum = 4096)]
    public int? ReplayWindow { get; init; }

    [Field("How long a new SA only receives after it has replaced another, for a peer that is many machines, between 0s and 10m. Default: the "
        + "profile's (0s for Generic).", Pattern = Duration.Pattern)]
    public string? SuccessorDelay { get; init; }

    [Field("Whether the network card towards the peer encrypts and opens the packets (strongSwan: hw_offload=crypto), which the kernel's data plane can "
        + "have some cards do. Auto: where the card can, and the status says why it does not. Required: otherwise there is no tunnel.", Default = "\"Disabled\"")]
    public HardwareOffload? HardwareOffload { get; init; }
}
