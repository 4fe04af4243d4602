namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What came of a cell.</summary>
public enum Verdict
{
    Pass,
    Fail,

    /// <summary>The peer lacks a feature.</summary>
    PeerCannot,

    /// <summary>We lack a feature that is listed in <see cref="OurGaps"/>.</summary>
    WeCannotYet,
}
