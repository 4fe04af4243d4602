using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Simulation.Tests.Watch;

/// <summary>What a configuration promises of each IKE SA that comes up, whatever the network does.</summary>
internal static class Promises
{
    /// <returns>Null, or which one is broken.</returns>
    public static string? BrokenBy(IkeSaEstablished sa, ConnectionConfig config)
    {
        if (config.QuantumPolicy == QuantumPolicy.Required && !sa.QuantumSafe)
            return $"{sa.KeyExchanges.Count} key exchanges without ML-KEM, and it is required";
        if (config.QuantumPolicy == QuantumPolicy.Disabled && sa.QuantumSafe)
            return "ML-KEM where it is disabled";
        if (config.PostquantumKeys.Any(key => key.Required) && sa.PostquantumKey is null)
            return "no postquantum preshared key, and one is required";
        return config.RemoteIdentity is not { } expected || Fits(expected.ToString(), sa.PeerIdentity.ToString())
            ? null
            : $"the peer is {sa.PeerIdentity}, and has to be {expected}";
    }

    private static bool Fits(string expected, string actual) => expected.StartsWith("*.", StringComparison.Ordinal)
        ? actual.EndsWith(expected[1..], StringComparison.Ordinal)
        : actual.Equals(expected, StringComparison.Ordinal);
}
