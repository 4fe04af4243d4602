using System.Security.Cryptography;
using K8sPqTunnel.Ike.Sessions;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The responder's part of postquantum preshared keys in the exchanges of the handshake (RFC 8784 3, RFC 9867 3.1).</summary>
internal static class PpkAnswer
{
    /// <summary>
    /// IKE_SA_INIT: the better of the ways that the initiator names, if one of the connections that it may mean has a key.
    /// </summary>
    public static PpkUse Choose(IkeSa sa, in IkeMessage request)
    {
        if (!KeysOfAll(sa).Any())
            return PpkUse.None;
        if (sa.Handshake.Acceptors.Any(acceptor => acceptor.Config.PpkInIntermediate) &&
            request.HasNotify(NotifyType.UsePpkInIntermediate) &&
            request.HasNotify(NotifyType.IntermediateExchangeSupported))
        {
            return PpkUse.InIntermediate;
        }

        return request.HasNotify(NotifyType.UsePpk) ? PpkUse.InAuth : PpkUse.None;
    }

    /// <summary>RFC 9867 3.1: the answer names the way that is taken, never both.</summary>
    public static void WriteInit(IkeSa sa, PayloadWriter answer)
    {
        if (sa.Handshake.PpkUse != PpkUse.None)
            NotifyPayload.Write(
                answer, sa.Handshake.PpkUse == PpkUse.InAuth ? NotifyType.UsePpk : NotifyType.UsePpkInIntermediate);
    }

    /// <summary>The last IKE_INTERMEDIATE request: names the first key that both have in the answer.</summary>
    /// <param name="key">To be mixed in when the answer is made; null where there is none.</param>
    /// <returns>Null, or why the initiator gets AUTHENTICATION_FAILED.</returns>
    public static IkeFailure? TakeIntermediate(IkeSa sa, in IkeMessage request, PayloadWriter answer, out PostquantumKey? key)
    {
        key = FindCommon(sa, request);
        if (key is not null)
            PpkIdentity.Write(answer, key);
        else if (sa.Handshake.Acceptors.All(acceptor => acceptor.Config.RequiresPostquantumKey))
            return PeerErrors.UnknownPpk(sa);
        return null;
    }

    /// <summary>The IKE_AUTH request, when the connection is known: mixes the key in that it names, if the connection has it.</summary>
    /// <param name="proofWithoutPpk">
    /// NO_PPK_AUTH, which counts instead of the AUTH payload's data where we lack the key and go on without; else empty.
    /// </param>
    /// <returns>Null, or why the initiator gets AUTHENTICATION_FAILED.</returns>
    public static IkeFailure? TakeAuth(IkeSa sa, in IkeMessage request, out ReadOnlySpan<byte> proofWithoutPpk)
    {
        proofWithoutPpk = default;
        bool names = sa.Handshake.PpkUse == PpkUse.InAuth && request.HasNotify(NotifyType.PpkIdentity);
        if (names && sa.Keys.PostquantumKey is null && FindNamed(sa, request) is { } key)
        {
            sa.Keys.UseInAuth(key);
            sa.Keys.KeepPpk();
        }

        if (sa.Config.RequiresPostquantumKey && !sa.Config.PostquantumKeys.Contains(sa.Keys.PostquantumKey))
            return sa.Handshake.PpkUse == PpkUse.None ? PeerErrors.NoPpk(sa) : PeerErrors.UnknownPpk(sa);
        if (!names || sa.Keys.PostquantumKey is not null)
            return null;

        // RFC 8784 3: we lack the key, so the AUTH payload says nothing to us; the other proof does, where the initiator gives one.
        if (!request.TryFindNotify(NotifyType.NoPpkAuth, out NotifyPayload without) || without.Data.IsEmpty)
            return PeerErrors.UnknownPpk(sa);
        proofWithoutPpk = without.Data;
        return null;
    }

    /// <summary>The IKE_AUTH answer: an empty PPK_IDENTITY says that the key is in use (RFC 8784 3).</summary>
    public static void WriteAuth(IkeSa sa, PayloadWriter answer)
    {
        if (sa.Handshake.PpkUse == PpkUse.InAuth && sa.Keys.PostquantumKey is not null)
            NotifyPayload.Write(answer, NotifyType.PpkIdentity);
    }

    // Which connection is meant is not known before IKE_AUTH.
    private static IEnumerable<PostquantumKey> KeysOfAll(IkeSa sa) =>
        sa.Handshake.Acceptors.SelectMany(acceptor => acceptor.Config.PostquantumKeys);

    private static PostquantumKey? FindCommon(IkeSa sa, in IkeMessage request)
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

            foreach (PostquantumKey key in KeysOfAll(sa))
            {
                if (identity.IsOf(key) && CryptographicOperations.FixedTimeEquals(identity.Confirmation, sa.Keys.Confirmation(key)))
                    return key;
            }
        }

        return null;
    }

    private static PostquantumKey? FindNamed(IkeSa sa, in IkeMessage request)
    {
        if (!request.TryFindNotify(NotifyType.PpkIdentity, out NotifyPayload notify) ||
            !PpkIdentity.TryRead(notify, out PpkIdentity identity))
        {
            return null;
        }

        foreach (PostquantumKey key in sa.Config.PostquantumKeys)
        {
            if (identity.IsOf(key))
                return key;
        }

        return null;
    }
}
