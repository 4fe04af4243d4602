namespace K8sPqTunnel.Lab.Testing;

/// <summary>The parts that <c>./test.sh</c> can run alone.</summary>
internal enum TestPart
{
    /// <summary>tests/*.Tests: in the Debian 13 root, each in a network of its own.</summary>
    Unit,

    /// <summary>tests/sim: two cores against each other on a simulated network, seed after seed.</summary>
    Sim,

    /// <summary>tests/interop: the real daemon against real peers; they make their own networks.</summary>
    Interop,

    /// <summary>tests/kernel: the data plane on a real kernel with ESP, in a guest.</summary>
    Kernel,

    /// <summary>tests/cluster: the operator in a real Kubernetes.</summary>
    Cluster,
}
