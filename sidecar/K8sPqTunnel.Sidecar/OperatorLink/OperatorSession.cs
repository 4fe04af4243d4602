using System.Net;
using System.Security.Cryptography;
using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Sidecar.Gateways;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>
/// Keeps a session with the operator: tells it each transition and the counters of every tunnel, and hears what each should be and which is gone.
/// </summary>
/// <remarks>The tunnels do not need it: an operator that is away is called again, with growing pauses, for as long as the daemon lives.</remarks>
internal sealed class OperatorSession(
    OperatorLinkOptions options, GatewayIdentity identity, GatewayTunnels tunnels, TimeProvider time, ILogger<OperatorSession> log) : IDisposable
{
    private static readonly TimeSpan CounterInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // What the operator gets to take note of our last words.
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(2);

    private readonly SessionOutbox _outbox = new();
    private readonly ToldState _told = new();

    public void Dispose() => _outbox.Dispose();

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan pause = ShortestPause;
        Uri address = options.Address;
        while (true)
        {
            long begun = time.GetTimestamp();
            try
            {
                // Only the name leads on: a replica that led once, and is called by its address, is not asked for another.
                if (await ConnectAsync(address, cancellation) is { } leader && address == options.Address)
                {
                    log.SentOn(leader);
                    address = new Uri($"https://{leader}");
                    continue;
                }

                log.SessionEnded(address);
            }
            catch (Exception e) when (e is RpcException or IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
            {
                log.OperatorUnreachable(address, e.Message);
            }

            cancellation.ThrowIfCancellationRequested();
            address = options.Address;
            // A session that held for a while starts the pauses anew; the jitter keeps a thousand daemons from calling at once.
            pause = time.GetElapsedTime(begun) > LongestPause ? ShortestPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellation);
        }
    }

    /// <returns>The replica that is to be called instead; null after a session.</returns>
    private async Task<IPEndPoint?> ConnectAsync(Uri address, CancellationToken cancellation)
    {
        using var channel = new GrpcChannel(address, new GrpcChannelOptions
        {
            AuthorityPem = await File.ReadAllTextAsync(options.AuthorityFile, cancellation),
            ServerName = options.Address.Host,
        });
        string token = (await File.ReadAllTextAsync(options.TokenFile, cancellation)).Trim();
        // Not the cancellation: the call is ended with its last words said.
        await using GrpcDuplexCall<DaemonMessage, OperatorMessage> session =
            channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = token }, CancellationToken.None);

        await SendAsync(session, new DaemonMessage { Hello = identity.Hello(options, tunnels.Held) }, cancellation);
        OperatorMessage? first = await session.ReadAsync(cancellation);
        if (first is { BodyCase: OperatorMessage.BodyOneofCase.Redirect })
            return IPEndPoint.TryParse(first.Redirect.Endpoint, out IPEndPoint? leader) && leader.Port != 0 ? leader : null;
        if (first is not { BodyCase: OperatorMessage.BodyOneofCase.Welcome })
            return null;
        log.Connected(address);
        _told.Resume(first.Welcome.LastReportSequence);
        tunnels.Changed.Add(tunnels.Held.Select(held => held.Tunnel.Name));

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reports = ReportAsync(session, ending.Token);
        Task counters = CountAsync(session, ending.Token);
        Task listen = ListenAsync(session, ending.Token);
        try
        {
            // A report that fails ends the session too: an operator that hears nothing new must not take the old for the truth.
            await await Task.WhenAny(listen, reports, counters);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The process ends: the operator is left with nothing unsaid.
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(reports, counters, listen).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (cancellation.IsCancellationRequested)
            await SayGoodbyeAsync(session);
        return null;
    }

    private static async Task SayGoodbyeAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session)
    {
        using var patience = new CancellationTokenSource(FarewellTime);
        try
        {
            session.CompleteRequests();
            // The operator ends the call when it has taken note.
            while (await session.ReadAsync(patience.Token) is not null)
            {
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException)
        {
            // It did not hear it: it will see the session gone.
        }
    }

    private async Task ListenAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, CancellationToken cancellation)
    {
        while (await session.ReadAsync(cancellation) is { } message)
        {
            switch (message.BodyCase)
            {
                case OperatorMessage.BodyOneofCase.Configuration:
                    log.Configured(message.Configuration.Tunnel.Name);
                    await tunnels.ApplyAsync(message.Configuration);
                    break;
                case OperatorMessage.BodyOneofCase.Teardown:
                    if (!await TearDownAsync(session, message.Teardown, cancellation))
                        return;
                    break;
                default:
                    break;                                               // a later version's message
            }
        }
    }

    /// <returns>False when it could not be done: the operator asks again at the next session.</returns>
    private async Task<bool> TearDownAsync(
        GrpcDuplexCall<DaemonMessage, OperatorMessage> session, Teardown teardown, CancellationToken cancellation)
    {
        log.TeardownRequested(teardown.Tunnel.Name, teardown.Reason);
        try
        {
            await tunnels.RemoveAsync(teardown.Tunnel);
        }
        catch (IOException e)
        {
            log.TeardownFailed(teardown.Tunnel.Name, e.Message);
            return false;
        }

        _told.Forget(teardown.Tunnel.Name);
        await SendAsync(session, new DaemonMessage { Tunnel = teardown.Tunnel, TeardownDone = new TeardownDone() }, cancellation);
        tunnels.Told(teardown.Tunnel);
        return true;
    }

    private async Task ReportAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, CancellationToken cancellation)
    {
        while (true)
        {
            foreach (string name in await tunnels.Changed.TakeAsync(cancellation))
            {
                if (tunnels.Look(name) is not var (tunnel, report, _) || !_told.IsNews(tunnel, report))
                    continue;
                if (await SendAsync(session, new DaemonMessage { Tunnel = tunnel, Report = report }, cancellation) is not { } sequence)
                    return;
                _told.Told(tunnel, report, sequence);
            }
        }
    }

    private async Task CountAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CounterInterval, time);
        do
        {
            string[] names = [.. tunnels.Held.Select(held => held.Tunnel.Name)];
            foreach (string name in names)
            {
                if (tunnels.Look(name) is not var (tunnel, _, counters) || counters is null || !_told.TryTake(tunnel, counters))
                    continue;
                if (await SendAsync(session, new DaemonMessage { Tunnel = tunnel, Counters = counters }, cancellation) is null)
                    return;
            }

            // The probe's round-trip time moves without a transition: a report goes with the counters.
            tunnels.Changed.Add(names);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private Task<ulong?> SendAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, DaemonMessage message, CancellationToken cancellation) =>
        _outbox.SendAsync(session, message, cancellation);
}
