using System.Collections.Concurrent;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Dataplane.Xfrm;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Mobility;
using K8sPqTunnel.Sidecar.Certificates;
using K8sPqTunnel.Sidecar.Sockets;

namespace K8sPqTunnel.Sidecar.Tunnels;

/// <summary>
/// What all tunnels of a process share: the sockets, one IKE endpoint, which finds the tunnel that a message or a peer means, and the
/// table that finds the tunnel of an ESP packet by its SPI.
/// </summary>
internal sealed class IkeHub : IDatagramReceiver, IAsyncDisposable
{
    private readonly ConcurrentDictionary<EspSpi, IEspReceiver> _bySpi = new();
    private readonly ConcurrentDictionary<string, TunnelSettings> _tunnels = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IIkeOutput> _outputs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Tunnel, DataplaneKind> _planes = new();
    private readonly Lazy<XfrmHost> _kernel = new(() => new XfrmHost(new SystemRandomSource()));
    private readonly CancellationTokenSource _stop = new();
    private readonly IkeEnvironment _environment;
    private readonly IkeEndpoint _endpoint;
    private readonly IkeLoop _loop;
    private readonly Lock _inboundOrder = new();
    private readonly Lock _arrivals = new();
    private readonly EarlyPackets _early;
    private long _unknownSpi;

    public IkeHub(TimeProvider time)
    {
        Underlay = new Underlay(this);
        _early = new EarlyPackets(time);
        var certificates = new CertificateVerifier(time);
        _environment = new IkeEnvironment(
            new SystemRandomSource(), new SystemKeyExchangeSource(), Spis, new StrangerOutput(Underlay, _outputs), CryptoCapabilities.Probe(), certificates);
        _endpoint = new IkeEndpoint(_environment);
        _loop = new IkeLoop(_endpoint, time);
        certificates.Completed = (check, verdict) => Ask((endpoint, now) => endpoint.Complete(now, check, verdict));
        Ended = _loop.RunAsync(_stop.Token);
    }

    public Underlay Underlay { get; }

    /// <summary>Inbound SPIs of all tunnels: an SPI alone tells whose packet it is.</summary>
    public EspSpiPool Spis { get; } = new(new SystemRandomSource());

    /// <summary>The kernel's XFRM of this network namespace.</summary>
    /// <exception cref="IOException">It has none.</exception>
    public XfrmHost Kernel => _kernel.Value;

    /// <summary>Completes when the hub is disposed; faulted by a bug.</summary>
    public Task Ended { get; }

    /// <summary>One tunnel has everything to itself.</summary>
    public bool IsOfOneTunnel => _tunnels.Count == 1;

    /// <summary>Datagrams that belonged to no tunnel, or to none yet.</summary>
    public DropCounters Drops => _endpoint.Drops;

    /// <summary>What the kernel dropped for no tunnel in particular.</summary>
    public IReadOnlyDictionary<string, long> KernelDrops => _kernel.IsValueCreated ? Kernel.ReadDrops() : new Dictionary<string, long>();

    /// <summary>ESP packets for which there is no SA.</summary>
    public long UnknownSpi => Interlocked.Read(ref _unknownSpi);

    /// <summary>What carries a tunnel's packets; all tunnels have the same, for their ESP in UDP comes to the same ports.</summary>
    /// <exception cref="NotSupportedException">What the tunnel demands cannot be had.</exception>
    public DataplaneSelection ChooseDataplane(Tunnel tunnel, TunnelSettings settings)
    {
        lock (_planes)
        {
            DataplaneKind? others = _planes.IsEmpty ? null : _planes.Values.First();
            DataplaneSelection selection = DataplaneSelection.Of(
                settings, transforms => XfrmProbe.WhyNot(transforms, settings.Routed is not null, settings.ProbeAnswers), others);
            _planes[tunnel] = selection.Kind;
            return selection;
        }
    }

    /// <summary>The tunnel is gone, and another may choose anew.</summary>
    public void ForgetDataplane(Tunnel tunnel) => _planes.TryRemove(tunnel, out _);

    /// <summary>Takes a tunnel in: from now on its limits count, and what concerns it before a peer has proved itself goes to its output.</summary>
    /// <returns>What the tunnel's connections are to be called.</returns>
    public string Join(TunnelSettings tunnel, IIkeOutput output)
    {
        // Tunnels of two namespaces may have the same name.
        string name = tunnel.Name;
        if (!_tunnels.TryAdd(name, tunnel))
            _tunnels[name = Tunnel.NameOnHost(tunnel)] = tunnel;
        _outputs[name] = output;
        SetLimits();
        return name;
    }

    /// <param name="name">From <see cref="Join"/>.</param>
    public void Leave(string name)
    {
        if (!_tunnels.TryRemove(name, out _))
            return;
        _outputs.TryRemove(name, out _);
        SetLimits();
    }

    /// <summary>What a tunnel's connections work with.</summary>
    public IkeEnvironment EnvironmentFor(IEspSpiSource spis, IIkeOutput output) => _environment with { EspSpis = spis, Output = output };

    /// <summary>Has ESP packets with this SPI go to a tunnel's data plane, and first those that have come already.</summary>
    public void Direct(EspSpi inbound, IEspReceiver dataplane)
    {
        EspDatagram[] early;
        lock (_arrivals)
        {
            _bySpi[inbound] = dataplane;
            early = _early.Take(inbound);
        }

        if (early.Length == 0)
            return;
        OpenedBatch opened = CreateBatch();
        dataplane.Open(early, opened);
        opened.Accept();
        opened.Deliver();
    }

    /// <summary>The SA is gone.</summary>
    public void Forget(EspSpi inbound) => _bySpi.TryRemove(inbound, out _);

    /// <inheritdoc cref="IkeLoop.Follow"/>
    public void Follow(TransportRace race) => _loop.Follow(race);

    /// <inheritdoc cref="IkeLoop.Unfollow"/>
    public void Unfollow(TransportRace race) => _loop.Unfollow(race);

    /// <summary>Has something done on the endpoint's thread. From any thread.</summary>
    public void Ask(Action<IkeEndpoint, TimeSpan> wish) => _loop.Ask(wish);

    /// <summary>The same; returns when it is done, or nothing is done any more.</summary>
    public async Task AskAsync(Action<IkeEndpoint, TimeSpan> wish)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Ask((endpoint, now) =>
        {
            wish(endpoint, now);
            done.TrySetResult();
        });
        await Task.WhenAny(done.Task, Ended);
    }

    public void ReceiveIke(in PeerPath path, ReadOnlySpan<byte> message) => _loop.Receive(path, message);

    public OpenedBatch CreateBatch() => new(_inboundOrder);

    public void OpenEsp(ReadOnlySpan<EspDatagram> packets, OpenedBatch opened)
    {
        var search = new SpiSearch(_bySpi);
        if (search.TryFindOnly(packets, out IEspReceiver? only))
            only.Open(packets, opened);
        else
            Divide(packets, search, opened);
    }

    void IDatagramReceiver.Lose(System.Net.Sockets.SocketException reason)
    {
        // Each tunnel hears it by its lease.
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Underlay.Dispose();
        await _loop.DisposeAsync();
        _endpoint.Dispose();
        if (_kernel.IsValueCreated)
            _kernel.Value.Dispose();
        _stop.Dispose();
    }

    /// <summary>One peer's packets may be those of several tunnels, or of none; what lies between a change of tunnel stays together.</summary>
    private void Divide(ReadOnlySpan<EspDatagram> packets, SpiSearch search, OpenedBatch opened)
    {
        foreach (ref readonly EspDatagram some in packets)
        {
            int begin = 0;
            IEspReceiver? dataplane = search.Find(some[0]);
            for (int i = 1; i < some.Count; i++)
            {
                IEspReceiver? other = search.Find(some[i]);
                if (other == dataplane)
                    continue;
                Open(dataplane, some[begin..i], opened);
                (begin, dataplane) = (i, other);
            }

            Open(dataplane, some[begin..], opened);
        }
    }

    private void Open(IEspReceiver? dataplane, in EspDatagram packets, OpenedBatch opened)
    {
        if (dataplane is not null)
        {
            dataplane.Open(new ReadOnlySpan<EspDatagram>(in packets), opened);
            return;
        }

        for (int i = 0; i < packets.Count; i++)
        {
            EspDatagram packet = packets[i];
            if (OfThisMoment(packet) is { } arrived)
                arrived.Open(new ReadOnlySpan<EspDatagram>(in packet), opened);
        }
    }

    /// <summary>Keeps a packet without an SA where one may come for it, and counts it as lost otherwise.</summary>
    /// <returns>Its data plane, where the SA has come since the search.</returns>
    private IEspReceiver? OfThisMoment(in EspDatagram packet)
    {
        EspSpi spi = SpiSearch.SpiOf(packet);
        if (!Spis.IsTaken(spi))
        {
            Interlocked.Increment(ref _unknownSpi);
            return null;
        }

        lock (_arrivals)
        {
            if (_bySpi.TryGetValue(spi, out IEspReceiver? arrived))
                return arrived;
            Interlocked.Add(ref _unknownSpi, _early.Hold(spi, packet));
            return null;
        }
    }

    private void SetLimits()
    {
        TunnelSettings[] tunnels = [.. _tunnels.Values];
        if (tunnels.Length == 0)
            return;
        EndpointLimits limits = ConnectionSettings.Limits(tunnels);
        Ask((endpoint, _) => endpoint.Limits = limits);
    }
}
