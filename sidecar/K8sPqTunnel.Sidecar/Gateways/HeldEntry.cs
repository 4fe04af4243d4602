using K8sPqTunnel.Sidecar.State;

namespace K8sPqTunnel.Sidecar.Gateways;

/// <summary>A tunnel that a gateway has been given.</summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Uid">metadata.uid.</param>
/// <param name="Generation">metadata.generation of what was given last.</param>
/// <param name="Fingerprint">The operator's, of what it has sent in this process; empty for what comes from files.</param>
/// <param name="Failure">Why it does not run as it was given; null where it does.</param>
/// <param name="IsTriedAgain">What failed may succeed without a change.</param>
internal sealed record HeldEntry(
    string Name, string Uid, long Generation, string Fingerprint, FailureSnapshot? Failure = null, bool IsTriedAgain = false);
