using System.Collections.Immutable;
using K8sPqTunnel.Lab.Roots;

namespace K8sPqTunnel.Bench.Peers;

/// <summary>A charon of Debian's, and where the source of the same version is, to build the load-tester from.</summary>
/// <param name="Name">As <see cref="Suites.Trial"/> calls it.</param>
/// <param name="Root">Holds charon.</param>
/// <param name="Build">What the load-tester is built in: of the same suite, so that both fit together.</param>
/// <param name="Archive">The archive that has the source.</param>
/// <param name="SourceSuite">Its suite there.</param>
/// <param name="IsOptional">Where the archive has another version's source by now, its rows are left out.</param>
internal sealed record CharonRelease(string Name, DebianRoot Root, DebianRoot Build, string Archive, string SourceSuite, bool IsOptional)
{
    private static readonly string[] Compiler =
    [
        "base-passwd", "bash", "bzip2", "coreutils", "dash", "diffutils", "findutils", "gawk", "gcc", "grep", "libc6-dev", "make", "pkgconf", "sed", "tar",
    ];

    public static ImmutableArray<CharonRelease> All { get; } =
    [
        new("6.1", LabRoots.StrongSwan, new("strongswan-build", "sid", Compiler), DebianMirror.Debian, "sid", IsOptional: false),
        new("6.0", LabRoots.ClassicalStrongSwan, new("strongswan-classical-build", "trixie", Compiler), DebianMirror.Security, "trixie-security", IsOptional: true),
    ];
}
