using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>What strongSwan's load-tester is built in: the suite of <see cref="LabRoots.StrongSwan"/>, so that both fit together.</summary>
internal static class CharonRoots
{
    public const string Suite = "sid";

    public static DebianRoot Build { get; } = new("strongswan-build", Suite,
    [
        "base-passwd", "bash", "bzip2", "coreutils", "dash", "diffutils", "findutils", "gawk", "gcc", "grep", "libc6-dev", "make", "pkgconf", "sed", "tar",
    ]);
}
