using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>Reads NLMSG_ERROR: struct nlmsgerr, then perhaps attributes with the kernel's explanation (extended acknowledgement).</summary>
internal static class NetlinkAnswer
{
    private const ushort MessageAttribute = 1;

    /// <summary>NLM_F_CAPPED: the request's payload was left out.</summary>
    private const ushort Capped = 0x100;

    /// <summary>NLM_F_ACK_TLVS: attributes follow.</summary>
    private const ushort HasAttributes = 0x200;

    /// <summary>errno, positive; 0 is an acknowledgement.</summary>
    public static int ErrorNumber(in NetlinkMessage answer) =>
        answer.Body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(answer.Body) : 0;

    public static string? Explanation(in NetlinkMessage answer)
    {
        const int headerEnd = sizeof(int) + NetlinkFormat.HeaderLength;
        if (((ushort)answer.Flags & HasAttributes) == 0 || answer.Body.Length < headerEnd)
            return null;

        // The request's header is always repeated, its payload only if the answer isn't capped.
        int repeated = ((ushort)answer.Flags & Capped) != 0
            ? NetlinkFormat.HeaderLength
            : NetlinkFormat.Align(MemoryMarshal.Read<int>(answer.Body[sizeof(int)..]));
        NetlinkAttributes attributes = answer.Attributes(sizeof(int) + Math.Clamp(repeated, NetlinkFormat.HeaderLength, answer.Body.Length));
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            if (attribute.Type == MessageAttribute)
                return attribute.Text;
        }
        return null;
    }
}
