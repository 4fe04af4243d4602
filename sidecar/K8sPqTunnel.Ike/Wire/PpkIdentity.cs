using System.Text;

namespace K8sPqTunnel.Ike.Wire;

/// <summary>
/// How a peer calls a postquantum preshared key: data of PPK_IDENTITY, type and PPK_ID (RFC 8784 5.1), and of PPK_IDENTITY_KEY, where
/// 8 octets follow that prove the key (RFC 9867 3.1).
/// </summary>
internal readonly ref struct PpkIdentity(ReadOnlySpan<byte> id, ReadOnlySpan<byte> confirmation)
{
    public const int ConfirmationLength = 8;

    private const byte FixedType = 2;

    private readonly ReadOnlySpan<byte> _id = id;

    /// <summary>Empty in PPK_IDENTITY.</summary>
    public ReadOnlySpan<byte> Confirmation { get; } = confirmation;

    public bool IsOf(PostquantumKey key)
    {
        // Longer than what a Notify of a datagram carries is never equal.
        Span<byte> name = stackalloc byte[256];
        return Encoding.UTF8.TryGetBytes(key.Id, name, out int length) && _id.SequenceEqual(name[..length]);
    }

    /// <summary>Reads the data of a Notify; false for an opaque PPK_ID, of which we cannot know a key.</summary>
    public static bool TryRead(in NotifyPayload notify, out PpkIdentity identity)
    {
        identity = default;
        int confirmation = notify.Type == NotifyType.PpkIdentityKey ? ConfirmationLength : 0;
        if (notify.Data.Length <= 1 + confirmation || notify.Data[0] != FixedType)
            return false;
        identity = new PpkIdentity(notify.Data[1..^confirmation], notify.Data[^confirmation..]);
        return true;
    }

    public static void Write(PayloadWriter writer, PostquantumKey key) =>
        NotifyPayload.Write(writer, NotifyType.PpkIdentity, [FixedType, .. Encoding.UTF8.GetBytes(key.Id)]);

    public static void Write(PayloadWriter writer, PostquantumKey key, ReadOnlySpan<byte> confirmation) =>
        NotifyPayload.Write(writer, NotifyType.PpkIdentityKey, [FixedType, .. Encoding.UTF8.GetBytes(key.Id), .. confirmation]);
}
