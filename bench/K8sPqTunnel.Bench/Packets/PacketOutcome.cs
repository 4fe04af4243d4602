namespace K8sPqTunnel.Bench.Packets;

/// <summary>What arrived at the receiver.</summary>
/// <param name="Octets">Of whole IP packets.</param>
/// <param name="Stalls">How often nothing more came back, so that what was under way had to be taken for lost.</param>
internal sealed record PacketOutcome(long Packets, long Octets, double Seconds, int Stalls);
