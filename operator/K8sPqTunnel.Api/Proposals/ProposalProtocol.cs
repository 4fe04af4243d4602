namespace K8sPqTunnel.Api.Proposals;

/// <summary>What a proposal is for; the values are the protocol IDs of RFC 7296 3.3.1.</summary>
public enum ProposalProtocol : byte
{
    Ike = 1,
    Esp = 3,
}
