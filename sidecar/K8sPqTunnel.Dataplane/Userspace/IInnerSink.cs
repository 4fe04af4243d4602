namespace K8sPqTunnel.Dataplane.Userspace;

/// <summary>Takes the inner packets that came out of the tunnel.</summary>
internal interface IInnerSink
{
    /// <summary>Takes one IP packet; false when it could not be delivered. <paramref name="packet"/> is valid only during the call.</summary>
    bool TryDeliver(ReadOnlySpan<byte> packet);
}
