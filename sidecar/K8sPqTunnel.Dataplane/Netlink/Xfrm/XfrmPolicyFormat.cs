using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>
/// struct xfrm_userpolicy_info: selector 56, lifetime 64, usage 32, priority 4, index 4, direction 1, action 1, flags 1, share 1, padding 4;
/// and struct xfrm_userpolicy_id: selector 56, index 4, direction 1, padding 3. Then attributes.
/// </summary>
internal static class XfrmPolicyFormat
{
    public const int Length = 168;
    public const int IdLength = 64;

    private const int LifetimeOffset = XfrmSelector.Length;
    private const int PriorityOffset = 152;
    private const int DirectionOffset = 160;
    private const int ActionOffset = 161;
    private const int FlagsOffset = 162;
    private const int IdDirectionOffset = 60;

    public static void WriteBody(XfrmPolicy policy, Span<byte> target)
    {
        target.Clear();
        policy.Selector.Write(target);
        XfrmLifetime.Unlimited.Write(target[LifetimeOffset..]);
        MemoryMarshal.Write(target[PriorityOffset..], policy.Priority);
        target[DirectionOffset] = (byte)policy.Direction;
        target[ActionOffset] = (byte)policy.Action;
        target[FlagsOffset] = policy.Flags;
    }

    public static void WriteId(XfrmPolicy policy, Span<byte> target)
    {
        target.Clear();
        policy.Selector.Write(target);
        target[IdDirectionOffset] = (byte)policy.Direction;
    }

    public static void WriteAttributes(XfrmPolicy policy, NetlinkWriter writer)
    {
        policy.Template?.Write(writer);
        WriteIdAttributes(policy, writer);
    }

    public static void WriteIdAttributes(XfrmPolicy policy, NetlinkWriter writer)
    {
        policy.Mark?.Write(writer);
        if (policy.InterfaceId != 0)
            writer.Number(XfrmAttribute.InterfaceId, policy.InterfaceId);
    }

    /// <summary>Null for what is no policy with a selector of IP, such as a socket's own.</summary>
    public static XfrmPolicy? Read(in NetlinkMessage message)
    {
        if (message.Type is not (XfrmMessage.NewPolicy or XfrmMessage.UpdatePolicy) || message.Body.Length < Length
            || message.Body[DirectionOffset] > (byte)XfrmPolicyDirection.Forward || XfrmSelector.Read(message.Body) is not { } selector)
        {
            return null;
        }

        var policy = new XfrmPolicy(
            selector, (XfrmPolicyDirection)message.Body[DirectionOffset], (XfrmAction)message.Body[ActionOffset],
            MemoryMarshal.Read<uint>(message.Body[PriorityOffset..]), Flags: message.Body[FlagsOffset]);
        NetlinkAttributes attributes = message.Attributes(Length);
        while (attributes.TryRead(out NetlinkAttribute attribute))
        {
            policy = attribute.Type switch
            {
                XfrmAttribute.Template => policy with { Template = XfrmTemplate.Read(attribute.Value) },
                XfrmAttribute.Mark => policy with { Mark = XfrmMark.Read(attribute.Value) },
                XfrmAttribute.InterfaceId => policy with { InterfaceId = attribute.Number },
                _ => policy,
            };
        }
        return policy;
    }
}
