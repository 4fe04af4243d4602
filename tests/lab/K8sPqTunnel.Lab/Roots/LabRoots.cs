namespace K8sPqTunnel.Lab.Roots;

/// <summary>The roots that the demo and the tests run in.</summary>
public static class LabRoots
{
    /// <summary>Debian 13: OpenSSL 3.5, which has ML-KEM, for the daemon and the tests, and the tools that look at the network.</summary>
    /// <remarks>Used on every host, also on one that is Debian 13 itself: one path, and the host needs none of the tools.</remarks>
    public static DebianRoot Debian13 { get; } = new("debian13", "trixie",
    [
        "base-passwd", "bash", "ca-certificates", "coreutils", "dash", "grep", "sed", "util-linux", "mount", "procps",
        "libssl3t64", "openssl", "libstdc++6", "zlib1g", "tzdata", "netbase",
        "iproute2", "iputils-ping", "iperf3", "nftables", "tcpdump",
        "python3-grpcio", "python3-protobuf", "protobuf-compiler",
    ]);

    /// <summary>Debian 12: OpenSSL 3.0, which has no ML-KEM, to see how the daemon refuses it.</summary>
    public static DebianRoot Debian12 { get; } = new("debian12", "bookworm",
        ["base-passwd", "coreutils", "dash", "util-linux", "mount", "libssl3", "libstdc++6", "zlib1g", "tzdata", "netbase"]);

    /// <summary>strongSwan 6.1, which has ML-KEM: the hybrid peer. Only Debian's unstable suite carries it.</summary>
    public static DebianRoot StrongSwan { get; } = new("strongswan", "sid",
        ["charon-systemd", "strongswan-swanctl", "libstrongswan-extra-plugins", "libcharon-extra-plugins", "coreutils", "dash"]);

    /// <summary>strongSwan 6.0 of Debian 13, built without ML-KEM: a classical peer.</summary>
    public static DebianRoot ClassicalStrongSwan { get; } = new("strongswan-classical", "trixie",
        ["charon-systemd", "strongswan-swanctl", "libstrongswan-extra-plugins", "libcharon-extra-plugins", "coreutils", "dash"]);

    /// <summary>libreswan 5.2, with a user-mode Linux to run it in: it needs a kernel with ESP.</summary>
    public static DebianRoot Libreswan { get; } = new("libreswan", "sid", ["libreswan", "libnss3-tools", .. Guest]);

    /// <summary>OpenBSD's iked 7.4, with a user-mode Linux to run it in.</summary>
    public static DebianRoot Iked { get; } = new("iked", "sid", ["openiked", .. Guest]);

    /// <summary>A user-mode Linux with ESP, and what the tests of the kernel's data plane need in it.</summary>
    public static DebianRoot Kernel { get; } = new("kernel", "sid",
        ["libssl3t64", "libstdc++6", "zlib1g", "tzdata", "netbase", "iputils-ping", "iperf3", "nftables", "tcpdump", .. Guest]);

    // What Guests.Guest needs besides the peer itself.
    private static string[] Guest => ["user-mode-linux", "kmod", "coreutils", "dash", "mount", "util-linux", "procps", "iproute2", "openssl", "grep", "sed"];
}
