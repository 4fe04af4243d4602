using K8sPqTunnel.Lab.Networks;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>One tunnel to try.</summary>
internal sealed record Cell(PeerKind Peer, Role Role, Suite Suite)
{
    public Proof Proof { get; init; } = Proofs.Psk;

    public bool Nat { get; init; }

    /// <summary>IKE messages go in IP packets of at most 576 octets, in both directions.</summary>
    public bool SmallFragments { get; init; }

    public Rekey Rekey { get; init; } = Rekey.None;

    /// <summary>Only the hidden end can begin.</summary>
    public NatPlace NatPlace => !Nat ? NatPlace.None : Role == Role.WeInitiate ? NatPlace.Gateway : NatPlace.Remote;

    public int FragmentSize => SmallFragments ? 576 : 1280;

    /// <summary>Unique in the matrix; the test's name.</summary>
    public override string ToString() => string.Join(", ", ((string?[])[$"{Peer}", $"{Role}", Suite.Name, Proof.Name, Nat ? "NAT" : null,
        SmallFragments ? "576" : null, Rekey == Rekey.None ? null : $"{Rekey} rekey"]).OfType<string>());
}
