namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Whether a tunnel has to be safe from a quantum computer that reads today's recording.</summary>
public enum QuantumPolicy
{
    /// <summary>A peer that does not run ML-KEM gets no tunnel. The default.</summary>
    Required,

    /// <summary>ML-KEM where the peer can, classical where not.</summary>
    Preferred,

    /// <summary>Classical only.</summary>
    Disabled,
}
