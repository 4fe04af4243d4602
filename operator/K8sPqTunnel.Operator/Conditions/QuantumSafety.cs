using K8sPqTunnel.Grpc.Contract.V1;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>Do the keys of a tunnel withstand a quantum computer?</summary>
internal static class QuantumSafety
{
    /// <summary>True when the IKE SA's do, and those of every child SA.</summary>
    public static bool Holds(TunnelReport report) => report.IkeSa is { QuantumSafe: true } && report.ChildSas.All(Holds);

    private static bool Holds(ChildSa child) =>
        child.QuantumSafety is Grpc.Contract.V1.QuantumSafety.FromIkeSa or Grpc.Contract.V1.QuantumSafety.OwnKeyExchange;
}
