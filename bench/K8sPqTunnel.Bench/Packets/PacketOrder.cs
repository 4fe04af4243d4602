namespace K8sPqTunnel.Bench.Packets;

/// <summary>What a sender of UDP packets has to do.</summary>
/// <param name="From">Its address.</param>
/// <param name="To">The receiver's.</param>
/// <param name="Flows">Pairs of ports.</param>
/// <param name="Sizes">Octets of the IP packets of each flow, again and again.</param>
/// <param name="Seconds">How long.</param>
internal sealed record PacketOrder(string From, string To, int Flows, IReadOnlyList<int> Sizes, int Seconds);
