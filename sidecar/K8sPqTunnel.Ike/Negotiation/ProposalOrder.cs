namespace K8sPqTunnel.Ike.Negotiation;

/// <summary>Whose order decides where a responder could take several proposals or algorithms (RFC 7296 2.7 leaves it to us).</summary>
public enum ProposalOrder
{
    /// <summary>The first of ours that the peer offers too. The default.</summary>
    Ours,

    /// <summary>The peer's first that we have too.</summary>
    Theirs,
}
