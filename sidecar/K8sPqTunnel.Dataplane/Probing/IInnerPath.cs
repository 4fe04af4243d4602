namespace K8sPqTunnel.Dataplane.Probing;

/// <summary>The inner side of a tunnel, as a probe uses it: a packet in, and a look at those that come out.</summary>
internal interface IInnerPath
{
    /// <summary>Sends one IP packet through the tunnel; false when no SA carries it.</summary>
    bool TrySend(ReadOnlyMemory<byte> packet);

    /// <summary>Sees each packet that comes out; true keeps it from going further. Null for nobody.</summary>
    Func<ReadOnlySpan<byte>, bool>? Tap { set; }
}
