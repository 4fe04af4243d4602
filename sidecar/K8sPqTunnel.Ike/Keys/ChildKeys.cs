using K8sPqTunnel.Ike.Children;

namespace K8sPqTunnel.Ike.Keys;

/// <summary>The keys of both directions of a child SA (RFC 7296 2.17). "Initiator" is who sent the request that made the child.</summary>
/// <param name="FromInitiator">What the initiator seals with: its outbound, the responder's inbound keys.</param>
/// <param name="FromResponder">What the responder seals with.</param>
internal sealed record ChildKeys(ChildSaKeys FromInitiator, ChildSaKeys FromResponder) : IDisposable
{
    public void Dispose()
    {
        FromInitiator.Dispose();
        FromResponder.Dispose();
    }
}
