namespace K8sPqTunnel.Sidecar.State;

/// <summary>The IKE SA in use.</summary>
public sealed record IkeSaSnapshot
{
    /// <summary>Initiator's SPI, 16 hexadecimal digits.</summary>
    public required string InitiatorSpi { get; init; }

    /// <summary>Responder's SPI, 16 hexadecimal digits.</summary>
    public required string ResponderSpi { get; init; }

    /// <summary>The identity that the peer has proved.</summary>
    public string? PeerId { get; init; }

    /// <summary>The chosen proposal in strongSwan's keywords.</summary>
    public required string Proposal { get; init; }

    /// <summary>The key exchanges that ran, in order: P-384, ML-KEM-768.</summary>
    public required IReadOnlyList<string> KeyExchanges { get; init; }

    /// <summary>Whether one of them withstands a quantum computer.</summary>
    public required bool QuantumSafe { get; init; }

    /// <summary>ID of the postquantum preshared key (PPK) that is mixed in; null without one.</summary>
    public string? PostquantumKey { get; init; }

    public required IkeRole Role { get; init; }

    public required bool NatDetected { get; init; }

    public required DateTimeOffset EstablishedAt { get; init; }

    /// <summary>When this SA took the place of an older one; null for the first.</summary>
    public DateTimeOffset? RekeyedAt { get; init; }
}
