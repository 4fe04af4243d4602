using System.Security.Cryptography;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The responder's part of postquantum preshared keys in the exchanges of the handshake (RFC 8784 3, RFC 9867 3.1).</summary>
internal static class PpkAnswer
{
    /// <summary>IKE_SA_INIT: the better of the ways that the initiator names, if we have a key.</summary>
    public static PpkUse Choose(IkeSa sa, in IkeMessage request)
    {
        if (sa.Config.PostquantumKeys.Count == 0)
            return PpkUse.None;
        if (request.HasNotify(NotifyType.UsePpkInIntermediate) && request.HasNotify(NotifyType.IntermediateExchangeSupported))
            return PpkUse.InIntermediate;
        return request.HasNotify(NotifyType.UsePpk) ? PpkUse.InAuth : PpkUse.None;
    }

    /// <summary>RFC 9867 3.1: the answer names the way that is taken, never both.</summary>
    public static void WriteInit(IkeSa sa, PayloadWriter answer)
    {
        if (sa.Handshake.PpkUse != PpkUse.None)
            NotifyPayload.Write(
                answer, sa.Handshake.PpkUse == PpkUse.InAuth ? NotifyType.UsePpk : NotifyType.UsePpkInIntermediate);
    }

    /// <summary>The last IKE_INTERMEDIATE request: the first key that both have; null where there is none.</summary>
    public static PostquantumKey? FindCommon(IkeSa sa, in IkeMessage request)
    {
        PayloadReader reader = request.Read();
        while (reader.TryRead(out RawPayload payload))
        {
            if (payload.Type != PayloadType.Notify ||
                !NotifyPayload.TryRead(payload.Body, out NotifyPayload notify) ||
                notify.Type != NotifyType.PpkIdentityKey ||
                !PpkIdentity.TryRead(notify, out PpkIdentity identity))
            {
                continue;
            }

            if (Find(sa, identity) is { } key &&
                CryptographicOperations.FixedTimeEquals(identity.Confirmation, sa.Confirmation(key)))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The IKE_AUTH request: mixes the key in that it names, if we have it.</summary>
    /// <param name="proof">What the initiator's proof is: the data of its AUTH payload, or of NO_PPK_AUTH where we go on without.</param>
    /// <returns>Null, or why the initiator gets AUTHENTICATION_FAILED.</returns>
    public static IkeFailure? TakeAuth(IkeSa sa, in IkeMessage request, ref ReadOnlySpan<byte> proof)
    {
        if (sa.Handshake.PpkUse == PpkUse.InAuth &&
            request.TryFindNotify(NotifyType.PpkIdentity, out NotifyPayload notify) &&
            PpkIdentity.TryRead(notify, out PpkIdentity identity) &&
            Find(sa, identity) is { } key)
        {
            sa.UseInAuth(key);
            sa.KeepPpk();
            return null;
        }

        if (sa.PostquantumKey is null && sa.Config.RequiresPostquantumKey)
            return PeerErrors.UnknownPpk(sa);
        if (sa.Handshake.PpkUse != PpkUse.InAuth || !request.HasNotify(NotifyType.PpkIdentity))
            return null;

        // RFC 8784 3: we lack the key, so the AUTH payload says nothing to us; the other proof does, where the initiator gives one.
        if (!request.TryFindNotify(NotifyType.NoPpkAuth, out NotifyPayload without))
            return PeerErrors.UnknownPpk(sa);
        proof = without.Data;
        return null;
    }

    /// <summary>The IKE_AUTH answer: an empty PPK_IDENTITY says that the key is in use (RFC 8784 3).</summary>
    public static void WriteAuth(IkeSa sa, PayloadWriter answer)
    {
        if (sa.Handshake.PpkUse == PpkUse.InAuth && sa.PostquantumKey is not null)
            NotifyPayload.Write(answer, NotifyType.PpkIdentity);
    }

    private static PostquantumKey? Find(IkeSa sa, in PpkIdentity identity)
    {
        foreach (PostquantumKey key in sa.Config.PostquantumKeys)
        {
            if (identity.IsOf(key))
                return key;
        }

        return null;
    }
}
