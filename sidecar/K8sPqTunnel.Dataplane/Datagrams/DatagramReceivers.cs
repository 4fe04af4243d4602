using System.Net.Sockets;
using K8sPqTunnel.Dataplane.Userspace;

namespace K8sPqTunnel.Dataplane.Datagrams;

/// <summary>The threads that receive from one socket, in turn: one at first, another one where datagrams wait longer than those work.</summary>
/// <remarks>
/// A thread that has got all that was there keeps the others from receiving until it is done, so that little traffic wakes nobody; one
/// that leaves something behind lets the next one have it, and works beside it.
/// </remarks>
public sealed class DatagramReceivers : IDisposable
{
    /// <summary>For a data plane: one for each processor, but each has buffers of its own, and one socket feeds them all.</summary>
    public static readonly int MostForEsp = Math.Clamp(Environment.ProcessorCount, 1, 8);

    private readonly object _receiving = new();
    private readonly TurnLine _line = new();
    private readonly DatagramSocket _socket;
    private readonly string _name;
    private readonly int _most;
    private readonly Func<IDatagramHandler> _handlers;
    private readonly Action<SocketException> _lost;
    private readonly List<Thread> _threads = [];
    private bool _ended;

    /// <summary>Begins to receive.</summary>
    /// <param name="socket">Closed by its owner, afterwards.</param>
    /// <param name="name">Of the threads.</param>
    /// <param name="most">Threads.</param>
    /// <param name="handlers">Makes each thread its own.</param>
    /// <param name="lost">Told once if the socket is lost for good; on one of the threads.</param>
    public DatagramReceivers(DatagramSocket socket, string name, int most, Func<IDatagramHandler> handlers, Action<SocketException> lost)
    {
        (_socket, _name, _most, _handlers, _lost) = (socket, name, most, handlers, lost);
        lock (_receiving)
            Start();
    }

    /// <summary>How many threads there are.</summary>
    public int Count
    {
        get
        {
            lock (_threads)
                return _threads.Count;
        }
    }

    /// <summary>Ends them; what has been received is handed on before.</summary>
    public void Dispose()
    {
        _socket.StopReceiving();
        Thread[] threads;
        lock (_receiving)
        {
            _ended = true;
            lock (_threads)
                threads = [.. _threads];
        }
        foreach (Thread thread in threads)
            thread.Join();
    }

    private void Run()
    {
        IDatagramHandler handler = _handlers();
        var batch = new ReceivedBatch();
        while (ReceiveOnce(batch, handler))
        {
        }
    }

    private bool ReceiveOnce(ReceivedBatch batch, IDatagramHandler handler)
    {
        bool isAlone = true;
        Monitor.Enter(_receiving);
        try
        {
            if (!TryReceive(batch))
                return false;
            long place = _line.Take();
            if (_most > 1 && batch.IsFull)
            {
                Start();
                isAlone = false;
                Monitor.Exit(_receiving);
            }
            Handle(batch, handler, place);
            return true;
        }
        finally
        {
            if (isAlone)
                Monitor.Exit(_receiving);
        }
    }

    private void Handle(ReceivedBatch batch, IDatagramHandler handler, long place)
    {
        handler.Prepare(batch.Datagrams);
        _line.Await(place);
        handler.Accept(batch.Datagrams);
        _line.Pass(place);
        handler.Deliver();
    }

    private bool TryReceive(ReceivedBatch batch)
    {
        try
        {
            if (!_ended && _socket.Receive(batch) > 0)
                return true;
        }
        catch (SocketException e)
        {
            _lost(e);
        }
        _ended = true;
        return false;
    }

    /// <summary>One more, where there may be one more. For who receives.</summary>
    private void Start()
    {
        if (_ended || _threads.Count >= _most)
            return;
        var thread = new Thread(Run) { IsBackground = true, Name = _name };
        lock (_threads)
            _threads.Add(thread);
        thread.Start();
    }
}
