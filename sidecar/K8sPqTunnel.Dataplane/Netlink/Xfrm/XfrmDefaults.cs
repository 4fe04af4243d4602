namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>What the kernel does with packets that no policy is for (struct xfrm_userpolicy_default; from Linux 5.15 on).</summary>
internal readonly record struct XfrmDefaults(XfrmDefaultAction In, XfrmDefaultAction Forward, XfrmDefaultAction Out)
{
    private const int Length = 3;

    internal byte[] Body => [(byte)In, (byte)Forward, (byte)Out];

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Set(NetlinkSocket socket) => socket.Execute(
        "set the default policy", XfrmMessage.SetDefault, NetlinkFlags.None, Body);

    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static XfrmDefaults Get(NetlinkSocket socket)
    {
        XfrmDefaults defaults = default;
        socket.Get("read the default policy", XfrmMessage.GetDefault, default(XfrmDefaults).Body, static _ => { }, (in NetlinkMessage message) =>
        {
            if (message.Body.Length >= Length)
                defaults = new XfrmDefaults((XfrmDefaultAction)message.Body[0], (XfrmDefaultAction)message.Body[1], (XfrmDefaultAction)message.Body[2]);
        });
        return defaults;
    }
}
