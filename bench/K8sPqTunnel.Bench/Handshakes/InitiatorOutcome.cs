namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>One measurement of charon as an initiator.</summary>
internal sealed record InitiatorOutcome(int Handshakes, double CpuSeconds, double WallSeconds)
{
    public double RatePerCpu => Handshakes / CpuSeconds;

    public double Rate => Handshakes / WallSeconds;
}
