namespace K8sPqTunnel.Ike.Tests.Conformance.Meddling;

/// <summary>Which end of the two. The left one of the <see cref="Simulation.Duet"/> begins.</summary>
public enum Role
{
    Initiator,
    Responder,
}
