using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Changes IKE_SA_INIT on its way, which nobody vouches for yet.</summary>
internal static class ManInTheMiddle
{
    /// <summary>Takes all post-quantum key exchange out of a request's proposals, and leaves all else.</summary>
    public static byte[] WithoutMlKem(byte[] datagram) => Rewrite(datagram, (writer, payload) =>
    {
        if (payload.Type != PayloadType.SecurityAssociation)
            return false;
        SaPayload.Write(
            writer,
            ProtocolId.Ike,
            [],
            [.. OfferedProposal.ReadAll(payload.Body).Select(p => p.Transforms.Where(t => !t.IsAdditionalKeyExchange).ToArray())]);
        return true;
    });

    /// <summary>Leaves one Notify out.</summary>
    public static byte[] Without(byte[] datagram, NotifyType type) => Rewrite(datagram, (_, payload) =>
        payload.Type == PayloadType.Notify && NotifyPayload.TryRead(payload.Body, out NotifyPayload notify) && notify.Type == type);

    private delegate bool Replacement(PayloadWriter writer, RawPayload payload);

    private static byte[] Rewrite(byte[] datagram, Replacement replace)
    {
        Assert.Equal(ParseError.None, IkeHeader.TryRead(datagram, out IkeHeader header));
        if (header.Exchange != ExchangeType.IkeSaInit)
            return datagram;
        using PayloadWriter writer = new();
        PayloadReader reader = new(datagram.AsSpan(IkeHeader.Length), header.NextPayload);
        while (reader.TryRead(out RawPayload payload))
        {
            if (replace(writer, payload))
                continue;
            writer.Begin(payload.Type);
            writer.Put(payload.Body);
            writer.End();
        }

        byte[] changed = [.. new byte[IkeHeader.Length], .. writer.Octets];
        (header with { NextPayload = writer.First, TotalLength = changed.Length }).Write(changed);
        return changed;
    }
}
