using System.Security.Cryptography;
using K8sPqTunnel.Dataplane.Interop;
using Microsoft.Win32.SafeHandles;

namespace K8sPqTunnel.Dataplane.Netlink;

/// <summary>A netlink socket, bound to the network namespace of the thread that makes it. Not for two threads at once.</summary>
internal sealed class NetlinkSocket : IDisposable
{
    private const int AddressFamilyNetlink = 16;
    private const int AddressLength = 12;
    private const int RawCloseOnExec = 0x80003;
    private const int SocketLevel = 1;
    private const int ReceiveTimeout = 20;
    private const int ForceSendBuffer = 32;
    private const int NetlinkLevel = 270;
    private const int AddMembership = 1;
    private const int CapAck = 10;
    private const int ExtendedAck = 11;
    private const int StrictCheck = 12;
    private const int BufferLength = 64 * 1024;
    private const int DumpAttempts = 8;
    private const long TimeoutSeconds = 5;

    private readonly SafeFileHandle _socket;
    private readonly byte[] _buffer;
    private uint _sequence;

    /// <exception cref="NetlinkException">The kernel has no such netlink family.</exception>
    public NetlinkSocket(NetlinkProtocol protocol)
    {
        // A state that is asked for comes with its keys: no copy of them may stay behind where the collector moved the buffer.
        _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: protocol == NetlinkProtocol.Xfrm);
        _socket = Libc.Socket(AddressFamilyNetlink, RawCloseOnExec, (int)protocol);
        if (_socket.IsInvalid)
            throw new NetlinkException($"open a netlink socket ({protocol})", Errno.Last);
        // Conveniences of newer kernels; an older one answers without explanation, and dumps unfiltered.
        SetOption(NetlinkLevel, CapAck);
        SetOption(NetlinkLevel, ExtendedAck);
        SetOption(NetlinkLevel, StrictCheck);
        // The kernel answers within the request; this bounds what must never happen.
        _ = Libc.SetSocketOption(_socket, SocketLevel, ReceiveTimeout, [TimeoutSeconds, 0], 2 * sizeof(long));
    }

    /// <summary>For poll(2), while this object isn't disposed.</summary>
    public int Descriptor => (int)_socket.DangerousGetHandle();

    public delegate void MessageHandler(in NetlinkMessage message);

    /// <summary>A number for the next request.</summary>
    public uint NextSequence() => ++_sequence;

    /// <summary>Joins multicast groups: what the kernel tells by itself comes in from here on.</summary>
    /// <exception cref="NetlinkException">We may not, or there is no such group.</exception>
    public void Join(params ReadOnlySpan<int> groups)
    {
        // struct sockaddr_nl: family 2, padding 2, port 4, groups 4. The kernel chooses the port; to a socket without one it tells nothing.
        if (Libc.Bind(_socket, [AddressFamilyNetlink, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], AddressLength) < 0)
            throw new NetlinkException("bind a netlink socket", Errno.Last);
        foreach (int group in groups)
        {
            if (Libc.SetSocketOption(_socket, NetlinkLevel, AddMembership, [group], sizeof(int)) < 0)
                throw new NetlinkException($"join netlink group {group}", Errno.Last);
        }
    }

    /// <summary>Sends a request that carries <see cref="NetlinkFlags.Ack"/> and waits for the kernel's word.</summary>
    /// <param name="what">What it does, for the message of a refusal.</param>
    /// <param name="body">The struct behind the header.</param>
    /// <param name="writeAttributes">Writes the attributes, if there are any.</param>
    /// <param name="tolerated">An errno that is as good as success, for example that it is there already.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Execute(
        string what, ushort type, NetlinkFlags flags, ReadOnlySpan<byte> body, Action<NetlinkWriter>? writeAttributes = null, int tolerated = 0)
    {
        uint sequence = NextSequence();
        var writer = new NetlinkWriter();
        writer.BeginMessage(type, flags | NetlinkFlags.Ack, sequence, body);
        writeAttributes?.Invoke(writer);
        writer.EndMessage();
        try
        {
            SendAll(what, writer.Written);
        }
        finally
        {
            writer.Erase();
        }
        ReceiveUntilAcknowledged(what, sequence, sequence, tolerated);
    }

    /// <summary>Sends finished messages of one transaction and waits until the kernel has answered the last of them.</summary>
    /// <param name="first">Sequence of the first message, which stands for the transaction as a whole in an error.</param>
    /// <param name="last">Sequence of the message that carries <see cref="NetlinkFlags.Ack"/>.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void ExecuteBatch(string what, ReadOnlySpan<byte> messages, uint first, uint last)
    {
        // A transaction is one datagram, however long. Without NET_ADMIN this fails, as the transaction itself will.
        _ = Libc.SetSocketOption(_socket, SocketLevel, ForceSendBuffer, [messages.Length], sizeof(int));
        SendAll(what, messages);
        ReceiveUntilAcknowledged(what, first, last, tolerated: 0);
    }

    /// <summary>Asks for all objects of a kind, anew when they changed meanwhile; <paramref name="handler"/> is given those of one whole dump.</summary>
    /// <param name="restart">Called before each attempt: forget what the former gave.</param>
    /// <param name="absent">An errno that means there are none.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Dump(
        string what,
        ushort type,
        ReadOnlySpan<byte> body,
        Action<NetlinkWriter>? writeAttributes,
        Action restart,
        MessageHandler handler,
        int absent = 0)
    {
        for (int attempt = 0; attempt < DumpAttempts; attempt++)
        {
            restart();
            uint sequence = NextSequence();
            var writer = new NetlinkWriter();
            writer.BeginMessage(type, NetlinkFlags.Dump, sequence, body);
            writeAttributes?.Invoke(writer);
            writer.EndMessage();
            SendAll(what, writer.Written);
            if (ReceiveDump(what, sequence, handler, absent))
                return;
        }
        throw new NetlinkException(what, Errno.TryAgain, "it keeps changing");
    }

    /// <summary>Sends a request for one object and gives the answer to <paramref name="handler"/>.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public void Get(string what, ushort type, ReadOnlySpan<byte> body, Action<NetlinkWriter>? writeAttributes, MessageHandler handler)
    {
        uint sequence = NextSequence();
        var writer = new NetlinkWriter();
        writer.BeginMessage(type, NetlinkFlags.None, sequence, body);
        writeAttributes?.Invoke(writer);
        writer.EndMessage();
        SendAll(what, writer.Written);
        NetlinkMessages messages = ReceiveDatagram(what);
        while (messages.TryRead(out NetlinkMessage message))
        {
            if (message.Sequence != sequence)
                continue;
            ThrowIfError(what, message, tolerated: 0);
            handler(message);
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        CryptographicOperations.ZeroMemory(_buffer);
    }

    private void ReceiveUntilAcknowledged(string what, uint first, uint last, int tolerated)
    {
        NetlinkException? refusal = null;
        while (true)
        {
            NetlinkMessages messages = ReceiveDatagram(what);
            while (messages.TryRead(out NetlinkMessage message))
            {
                if (message.Type != NetlinkFormat.ErrorType || message.Sequence < first || message.Sequence > last)
                    continue;
                int number = NetlinkAnswer.ErrorNumber(message);
                if (number != 0 && number != tolerated)
                    refusal ??= new NetlinkException(what, number, NetlinkAnswer.Explanation(message));
                // An error on the first message of a batch is the transaction's own, and nothing need follow it.
                if (message.Sequence == last || (message.Sequence == first && number != 0))
                {
                    if (refusal is not null)
                        throw refusal;
                    return;
                }
            }
        }
    }

    /// <summary>False when the dump was interrupted.</summary>
    private bool ReceiveDump(string what, uint sequence, MessageHandler handler, int absent)
    {
        bool consistent = true;
        while (true)
        {
            NetlinkMessages messages = ReceiveDatagram(what);
            while (messages.TryRead(out NetlinkMessage message))
            {
                if (message.Sequence != sequence)
                    continue;
                consistent &= !message.Flags.HasFlag(NetlinkFlags.DumpInterrupted);
                ThrowIfError(what, message, absent);
                if (message.Type is NetlinkFormat.DoneType or NetlinkFormat.ErrorType)
                    return consistent;
                handler(message);
            }
        }
    }

    /// <summary>NLMSG_ERROR and the NLMSG_DONE of a dump both begin with an error number.</summary>
    private static void ThrowIfError(string what, in NetlinkMessage message, int tolerated)
    {
        if (message.Type is not (NetlinkFormat.ErrorType or NetlinkFormat.DoneType))
            return;
        int number = NetlinkAnswer.ErrorNumber(message);
        if (number > 0 && number != tolerated)
            throw new NetlinkException(what, number, NetlinkAnswer.Explanation(message));
    }

    private void SendAll(string what, ReadOnlySpan<byte> messages)
    {
        // An unconnected netlink socket sends to port 0, which is the kernel.
        if (Libc.Send(_socket, messages, messages.Length, 0) < 0)
            throw new NetlinkException(what, Errno.Last);
    }

    /// <summary>What comes next; valid until the next call.</summary>
    /// <exception cref="NetlinkException">Nothing came in time, or some of it was lost.</exception>
    public NetlinkMessages ReceiveDatagram(string what)
    {
        while (true)
        {
            nint length = Libc.Receive(_socket, _buffer, _buffer.Length, 0);
            if (length >= 0)
                return new NetlinkMessages(_buffer.AsSpan(0, (int)length));
            if (Errno.Last != Errno.Interrupted)
                throw new NetlinkException(what, Errno.Last);
        }
    }

    private void SetOption(int level, int option) => _ = Libc.SetSocketOption(_socket, level, option, [1], sizeof(int));
}
