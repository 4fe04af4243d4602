using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What cells must have in common to share a stage.</summary>
internal sealed record StageKey(PeerKind Peer, NatPlace Nat, int FragmentSize, bool SignsAsBefore)
{
    public static StageKey Of(Cell cell) => new(
        cell.Peer, cell.NatPlace, cell.FragmentSize, cell.Peer.SignsAlike && cell.Proof.Signatures == SignatureScheme.Older);
}
