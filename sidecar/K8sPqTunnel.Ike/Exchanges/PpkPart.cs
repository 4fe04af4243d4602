using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The initiator's part of postquantum preshared keys in the exchanges of the handshake (RFC 8784 3, RFC 9867 3.1).</summary>
internal static class PpkPart
{
    /// <summary>IKE_SA_INIT: both ways to use one; the responder takes at most one of them (RFC 9867 3.1).</summary>
    public static void WriteInit(IkeSa sa, PayloadWriter writer)
    {
        if (sa.Config.PostquantumKeys.Count == 0)
            return;
        NotifyPayload.Write(writer, NotifyType.UsePpk);
        if (sa.Config.PpkInIntermediate)
            NotifyPayload.Write(writer, NotifyType.UsePpkInIntermediate);
    }

    /// <summary>What the answer to <see cref="WriteInit"/> says.</summary>
    public static PpkUse Chosen(IkeSa sa, in IkeMessage message)
    {
        if (sa.Config.PostquantumKeys.Count == 0)
            return PpkUse.None;
        if (sa.Config.PpkInIntermediate &&
            message.HasNotify(NotifyType.UsePpkInIntermediate) &&
            message.HasNotify(NotifyType.IntermediateExchangeSupported))
        {
            return PpkUse.InIntermediate;
        }

        return message.HasNotify(NotifyType.UsePpk) ? PpkUse.InAuth : PpkUse.None;
    }

    /// <summary>The last IKE_INTERMEDIATE request: all our keys, each with a proof that we have it.</summary>
    public static void WriteIntermediate(IkeSa sa, PayloadWriter writer)
    {
        foreach (PostquantumKey key in sa.Config.PostquantumKeys)
            PpkIdentity.Write(writer, key, sa.Keys.Confirmation(key));
    }

    /// <summary>The last IKE_INTERMEDIATE answer: mixes the key in that it names, or says why there is none.</summary>
    public static IkeFailure? TakeIntermediate(IkeSa sa, in IkeMessage message)
    {
        if (!message.TryFindNotify(NotifyType.PpkIdentity, out NotifyPayload notify))
            return sa.Config.RequiresPostquantumKey ? PeerErrors.UnknownPpk(sa) : null;
        foreach (PostquantumKey key in sa.Config.PostquantumKeys)
        {
            if (!PpkIdentity.TryRead(notify, out PpkIdentity identity) || !identity.IsOf(key))
                continue;
            sa.Keys.UseNext(key);
            return null;
        }

        return PeerErrors.Violation(sa, "it chose a postquantum preshared key that we did not name");
    }

    /// <summary>Before IKE_AUTH: our first key goes in (RFC 8784 3).</summary>
    public static void PrepareAuth(IkeSa sa)
    {
        if (sa.Handshake.PpkUse == PpkUse.InAuth)
            sa.Keys.UseInAuth(sa.Config.PostquantumKeys[0]);
    }

    /// <summary>The IKE_AUTH request: which key that was and, where we can do without, our proof without it.</summary>
    /// <param name="proofWithoutPpk">The data of the AUTH payload that <see cref="KeyMaterial.WithoutPpk"/> make.</param>
    public static void WriteAuth(IkeSa sa, PayloadWriter writer, Func<byte[]> proofWithoutPpk)
    {
        if (sa.Keys.WithoutPpk is null)
            return;
        PpkIdentity.Write(writer, sa.Keys.PostquantumKey!);
        if (!sa.Config.RequiresPostquantumKey)
            NotifyPayload.Write(writer, NotifyType.NoPpkAuth, proofWithoutPpk());
    }

    /// <summary>The IKE_AUTH answer: without PPK_IDENTITY the responder has gone on without the key (RFC 8784 3).</summary>
    public static IkeFailure? TakeAuth(IkeSa sa, in IkeMessage message)
    {
        if (sa.Keys.WithoutPpk is null)
            return null;
        if (message.HasNotify(NotifyType.PpkIdentity))
            sa.Keys.KeepPpk();
        else if (sa.Config.RequiresPostquantumKey)
            return PeerErrors.UnknownPpk(sa);
        else
            sa.Keys.GoOnWithoutPpk();
        return null;
    }
}
