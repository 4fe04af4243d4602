using System.Net;
using System.Runtime.InteropServices;
using K8sPqTunnel.Dataplane.Interop;

namespace K8sPqTunnel.Dataplane.Netlink.Xfrm;

/// <summary>The kernel's ESP states.</summary>
internal sealed class XfrmStates(NetlinkSocket socket)
{
    /// <summary>struct xfrm_userspi_info: a state 224, min 4, max 4.</summary>
    private const int SpiRequestLength = XfrmStateFormat.Length + 8;

    /// <exception cref="NetlinkException">The kernel refused; one with this SPI and destination is there already, perhaps.</exception>
    public void Add(XfrmState state) => Put("add", XfrmMessage.NewState, state);

    /// <summary>Gives an SPI that <see cref="TryAllocate"/> took its state.</summary>
    /// <returns>False where the SPI was not taken, or no longer: the kernel keeps it for net.core.xfrm_acq_expires seconds.</returns>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public bool TryComplete(XfrmState state)
    {
        try
        {
            Put("complete", XfrmMessage.UpdateState, state);
            return true;
        }
        catch (NetlinkException gone) when (gone.ErrorNumber == Errno.NoProcess)
        {
            return false;
        }
    }

    /// <summary>That it is gone already is no fault.</summary>
    public void Remove(XfrmStateId id)
    {
        Span<byte> body = stackalloc byte[XfrmStateId.Length];
        id.Write(body);
        socket.Execute($"remove {id}", XfrmMessage.DeleteState, NetlinkFlags.None, body, id.WriteAttributes, tolerated: Errno.NoProcess);
    }

    /// <summary>Null where it is not there.</summary>
    public XfrmState? Find(XfrmStateId id)
    {
        XfrmState? found = null;
        Span<byte> body = stackalloc byte[XfrmStateId.Length];
        id.Write(body);
        try
        {
            socket.Get($"find {id}", XfrmMessage.GetState, body, id.WriteAttributes, (in NetlinkMessage message) => found = Parse(message));
            return found;
        }
        catch (NetlinkException absent) when (absent.ErrorNumber == Errno.NoProcess)
        {
            return null;
        }
    }

    /// <summary>
    /// Gives a state other addresses and ports, with its keys and sequence numbers. For a moment it is not there, and a packet that came in
    /// just before could come in once more.
    /// </summary>
    /// <exception cref="NetlinkException">The kernel refused, or has no such state.</exception>
    public void Move(XfrmStateId from, XfrmStateId to, XfrmEncapsulation? encapsulation)
    {
        XfrmStateCopy? copy = null;
        byte[] id = new byte[XfrmStateId.Length];
        from.Write(id);
        socket.Get($"find {from}", XfrmMessage.GetState, id, from.WriteAttributes, (in NetlinkMessage message) => copy = new XfrmStateCopy(message));
        if (copy is null)
            throw new NetlinkException($"find {from}", Errno.NoProcess);
        using (copy)
        {
            Remove(from);
            socket.Execute($"move {from} to {to}", XfrmMessage.NewState, NetlinkFlags.None, copy.BodyFor(to),
                writer => copy.WriteAttributes(writer, encapsulation));
        }
    }

    /// <summary>All ESP states in tunnel mode, whoever made them.</summary>
    public IReadOnlyList<XfrmState> List()
    {
        List<XfrmState> states = [];
        socket.Dump("list ESP states", XfrmMessage.GetState, [], null, states.Clear, (in NetlinkMessage message) =>
        {
            if (Parse(message) is { } state)
                states.Add(state);
        });
        return states;
    }

    /// <summary>Takes an SPI, so that nobody else on this host can have it before its state comes.</summary>
    /// <param name="destination">Our outer address.</param>
    /// <returns>False where somebody has it.</returns>
    /// <exception cref="NetlinkException">The kernel refused for another reason.</exception>
    public bool TryAllocate(IPAddress source, IPAddress destination, uint reqid, uint spi)
    {
        XfrmState? taken = null;
        try
        {
            socket.Get($"take SPI {spi:x8}", XfrmMessage.AllocateSpi, SpiRequest(source, destination, reqid, spi, spi),
                // A kernel that knows directions takes no state in the place of one with another.
                static writer => writer.Byte(XfrmAttribute.Direction, (byte)XfrmDirection.Inbound), (in NetlinkMessage message) => taken = Parse(message));
        }
        catch (NetlinkException inUse) when (inUse.ErrorNumber == Errno.NoEntry)
        {
            return false;
        }
        return taken?.Spi == spi;
    }

    internal static byte[] SpiRequest(IPAddress source, IPAddress destination, uint reqid, uint lowest, uint highest)
    {
        byte[] body = new byte[SpiRequestLength];
        var wanted = new XfrmState { Source = source, Destination = destination, Spi = 0, Reqid = reqid, Lifetime = XfrmLifetime.Unsaid };
        XfrmStateFormat.WriteBody(wanted, body);
        MemoryMarshal.Write(body.AsSpan(XfrmStateFormat.Length), lowest);
        MemoryMarshal.Write(body.AsSpan(XfrmStateFormat.Length + sizeof(uint)), highest);
        return body;
    }

    internal static XfrmState? Parse(in NetlinkMessage message) =>
        message.Type is XfrmMessage.NewState or XfrmMessage.UpdateState && XfrmStateFormat.TryRead(message, 0, out XfrmState? state)
            ? XfrmStateFormat.ReadAttributes(state, message.Attributes(XfrmStateFormat.Length))
            : null;

    private void Put(string verb, ushort type, XfrmState state)
    {
        Span<byte> body = stackalloc byte[XfrmStateFormat.Length];
        XfrmStateFormat.WriteBody(state, body);
        socket.Execute($"{verb} {state.Id}", type, NetlinkFlags.None, body, writer => XfrmStateFormat.WriteAttributes(state, writer));
    }
}
