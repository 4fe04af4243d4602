using System.Collections.Immutable;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>What is sent through a tunnel.</summary>
/// <param name="Name">For people.</param>
/// <param name="Flows">Connections, or pairs of UDP ports.</param>
/// <param name="Sizes">Octets of the inner IP packets of each flow, again and again; empty for TCP, which fills its packets.</param>
internal sealed record EspLoad(string Name, int Flows, ImmutableArray<int> Sizes)
{
    // The simple IMIX, 7 : 4 : 1, with a largest packet that every tunnel carries whole.
    private static readonly ImmutableArray<int> Mix = [64, 64, 576, 64, 64, 576, 64, 576, 64, 576, 64, 1400];

    public static ImmutableArray<EspLoad> All { get; } =
    [
        new("TCP bulk", 1, []), new("TCP bulk", 8, []),
        new("64 B", 1, [64]), new("64 B", 8, [64]),
        new("IMIX", 1, Mix), new("IMIX", 8, Mix),
        new("1,400 B", 1, [1400]), new("1,400 B", 8, [1400]),
    ];

    public bool IsTcp => Sizes.IsEmpty;

    public string Title => $"{Name}, {(Flows == 1 ? "one flow" : $"{Flows} flows")}";
}
