using System.Net;
using System.Text;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Sidecar.Sockets;
using K8sPqTunnel.Sidecar.Tunnels;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

/// <summary>Signs of life from socket to socket: receiving thread, queue, core, cipher and sending, at both ends.</summary>
/// <remarks>What the whole process allocates is counted, so nothing else may run meanwhile.</remarks>
[Collection(nameof(WholeProcess))]
public sealed class LivenessMemoryTests
{
    private const int WarmUp = 1_000;
    private const int Measured = 6_000;

    /// <summary>Octets a datagram: an object has 24 at least. Something now and then (a timer, the pool of threads) is not for each datagram.</summary>
    private const double Noise = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Transform Aes256 = new(TransformType.Encryption, (ushort)EncryptionId.AesGcm16, 256);
    private static readonly IkeProposal IkeProposal = new([Aes256, Transform.Of(PrfId.HmacSha2_384), Transform.Of(KeyExchangeMethod.MlKem768)]);
    private static readonly EspProposal EspProposal = new([Aes256]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signs_of_life_allocate_nothing_from_socket_to_socket(bool initiatorAsks)
    {
        using Secret key = new(Encoding.ASCII.GetBytes("a key that only this test uses"));
        await using var initiator = new End(key, "127.46.0.1", "127.46.0.2", initiatorAsks);
        await using var responder = new End(key, "127.46.0.2", "127.46.0.1", !initiatorAsks);
        await responder.AddAsync(StartAction.None);
        await initiator.AddAsync(StartAction.Start);
        End answerer = initiatorAsks ? responder : initiator;

        await answerer.SentAsync(WarmUp);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await answerer.SentAsync(WarmUp + Measured);
        long octets = GC.GetTotalAllocatedBytes(precise: true) - before;

        // Each answer stands for a request: two datagrams, each sent and received in this process.
        Assert.InRange((double)octets / (2 * Measured), 0, Noise);
    }

    /// <summary>One end of the tunnel.</summary>
    private sealed class End : IIkeOutput, IAsyncDisposable
    {
        private readonly IkeHub _hub = new(TimeProvider.System);
        private readonly ConnectionConfig _config;
        private readonly UnderlayLease _lease;
        private readonly TunnelTransport _transport;
        private readonly TaskCompletionSource[] _reached = [New(), New()];
        private int _sent;

        public End(Secret key, string local, string remote, bool asks)
        {
            IPAddress here = IPAddress.Parse(local), there = IPAddress.Parse(remote);
            _lease = _hub.Underlay.Open(here, DataplaneKind.Userspace, wantsRawEsp: false, acceptsTcp: false, _ => { });
            _transport = new TunnelTransport(_hub.Underlay);
            TimeSpan day = TimeSpan.FromDays(1);
            _config = new ConnectionConfig
            {
                Name = local,
                LocalAddress = here,
                RemoteAddresses = [there],
                LocalIdentity = new IkeIdentity(IdentityType.Fqdn, Encoding.ASCII.GetBytes(local)),
                RemoteIdentity = new IkeIdentity(IdentityType.Fqdn, Encoding.ASCII.GetBytes(remote)),
                LocalSelectors = [TrafficSelector.Of(new IPNetwork(here, 32))],
                RemoteSelectors = [TrafficSelector.Of(new IPNetwork(there, 32))],
                Authentication = AuthenticationConfig.PreSharedKey(key),
                IkeProposals = [IkeProposal],
                EspProposals = [EspProposal],
                LivenessDelay = asks ? TimeSpan.FromMicroseconds(1) : day,
                IkeLifetime = day,
                ChildLifetime = day,
            };
        }

        public Task AddAsync(StartAction action) => _hub.AskAsync((endpoint, now) =>
        {
            ConnectionConfig config = _config with { StartAction = action };
            endpoint.Add(config, _hub.EnvironmentFor(_hub.Spis, this)).Start(now);
        });

        public Task SentAsync(int count) => _reached[count == WarmUp ? 0 : 1].Task.WaitAsync(Patience);

        public void Send(in PeerPath path, ReadOnlySpan<byte> message)
        {
            _transport.SendIke(path, message);
            _sent++;
            if (_sent == WarmUp)
                _reached[0].SetResult();
            else if (_sent == WarmUp + Measured)
                _reached[1].SetResult();
        }

        public void InstallInbound(ChildSa sa)
        {
            // There are no packets.
        }

        public void InstallOutbound(ChildSa sa)
        {
            // There are no packets.
        }

        public void Move(ChildSa sa, in PeerPath path)
        {
            // There are no packets.
        }

        public void Remove(ChildSa sa) => sa.Dispose();

        public void Report(IkeEvent ikeEvent)
        {
            // Failures show as silence.
        }

        public async ValueTask DisposeAsync()
        {
            await _hub.DisposeAsync();
            _lease.Dispose();
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
