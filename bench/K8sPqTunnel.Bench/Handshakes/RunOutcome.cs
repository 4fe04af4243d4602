using K8sPqTunnel.Bench.Load;

namespace K8sPqTunnel.Bench.Handshakes;

/// <summary>One measurement of a responder.</summary>
/// <param name="Version">The responder's.</param>
internal sealed record RunOutcome(string Version, LoadOutcome Load)
{
    /// <summary>Handshakes for a second of the responder's CPU.</summary>
    public double RatePerCpu => Load.Handshakes / Load.ResponderCpuSeconds;

    public double Rate => Load.Handshakes / Load.WallSeconds;

    /// <summary>Handshakes for a second of our initiator's CPU.</summary>
    public double InitiatorRatePerCpu => Load.Handshakes / Load.OwnCpuSeconds;
}
