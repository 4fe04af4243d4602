using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The peers of the matrix; another one is another line.</summary>
internal static class PeerKinds
{
    // pqc-auth is a draft: none of Debian's builds has it.
    private static readonly PeerLimit NoMlDsa = new("it has no ML-DSA", cell => cell.Certificate == KeyKind.MlDsa65);

    private static readonly PeerLimit[] IkedLimits =
    [
        new("iked 7.4 rekeys by lifetimes only, it has no command for it", cell => cell.Rekey is Rekey.PeerChild or Rekey.PeerIke),
        new("iked 7.4 ends when its key is of Ed25519", cell => cell.Certificate == KeyKind.Ed25519),
        new("iked 7.4 has no setting for the size of fragments", cell => cell.SmallFragments),
        NoMlDsa,
    ];

    private static readonly PeerLimit[] LibreswanLimits =
    [
        new("libreswan 5.2 has no setting for the size of fragments", cell => cell.SmallFragments),
        new("libreswan 5.2 has no EdDSA (RFC 8420)", cell => cell.Certificate == KeyKind.Ed25519),
        NoMlDsa,
    ];

    public static readonly PeerKind[] All =
    [
        new("strongSwan 6.1", LabRoots.StrongSwan, StrongSwanKeywords.Hybrid, StrongSwanAsync) { Limits = [NoMlDsa] },
        new("strongSwan 6.0", LabRoots.ClassicalStrongSwan, StrongSwanKeywords.Classical, StrongSwanAsync) { Limits = [NoMlDsa] },
        new("libreswan", LabRoots.Libreswan, LibreswanConf.Keywords, LibreswanAsync) { Limits = LibreswanLimits, PingsLostAtRekey = 2 },
        new("iked", LabRoots.Iked, IkedConf.Keywords, IkedAsync) { ChildKeywords = IkedConf.ChildKeywords, Limits = IkedLimits, PingsLostAtRekey = 2 },
    ];

    private static async Task<IPeer> StrongSwanAsync(PeerStart start)
    {
        StrongSwan peer = await StrongSwan.StartAsync(
            start.Root, start.Network.Remote, start.Connection.ToSwanctl(), start.Folder, start.Stop,
            new StrongSwanOptions { FragmentSize = start.FragmentSize });
        return peer;
    }

    private static async Task<IPeer> LibreswanAsync(PeerStart start) =>
        await Libreswan.StartAsync(await start.BootAsync(), start.Connection, start.Stop);

    private static async Task<IPeer> IkedAsync(PeerStart start) => await Iked.StartAsync(await start.BootAsync(), start.Connection, start.Stop);
}
