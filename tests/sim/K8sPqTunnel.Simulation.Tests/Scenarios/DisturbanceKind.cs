namespace K8sPqTunnel.Simulation.Tests.Scenarios;

/// <summary>What may happen to one end, to both at the same moment, or to the network.</summary>
internal enum DisturbanceKind
{
    /// <summary>Fresh keys for a child.</summary>
    RekeyChild,

    /// <summary>Fresh keys for the IKE SA.</summary>
    RekeyIke,

    /// <summary>A new IKE SA from scratch, make before break.</summary>
    Reauthenticate,

    /// <summary>The process dies without a word and comes again with nothing.</summary>
    Restart,

    /// <summary>The machine sleeps: its clock jumps ahead.</summary>
    ClockJump,

    /// <summary>Nothing gets through for a while.</summary>
    Outage,

    /// <summary>The end gets another address.</summary>
    Move,

    /// <summary>The NAT forgets its mappings and gives new ones.</summary>
    Remap,

    /// <summary>UDP gets through no more, only TCP.</summary>
    UdpBlock,

    /// <summary>Strangers begin with the right end, many at once.</summary>
    Flood,
}
