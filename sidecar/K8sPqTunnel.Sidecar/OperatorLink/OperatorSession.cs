using System.Security.Cryptography;
using K8sPqTunnel.Grpc;
using K8sPqTunnel.Grpc.Client;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Sidecar.Control;
using K8sPqTunnel.Sidecar.State;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Sidecar.OperatorLink;

/// <summary>Keeps a session with the operator: tells it each transition and the counters, and hears when the resource is gone.</summary>
/// <remarks>The tunnel does not need it: an operator that is away is called again, with growing pauses, for as long as the daemon lives.</remarks>
internal sealed class OperatorSession(
    OperatorLinkOptions options,
    DaemonIdentity identity,
    TunnelBoard board,
    IControlledTunnel tunnel,
    TimeProvider time,
    ILogger<OperatorSession> log) : IDisposable
{
    private static readonly TimeSpan CounterInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly SessionOutbox _outbox = new();

    public void Dispose() => _outbox.Dispose();

    /// <summary>Runs until cancelled, or until the operator had the tunnel taken down.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        TimeSpan pause = ShortestPause;
        while (true)
        {
            long begun = time.GetTimestamp();
            try
            {
                if (await ConnectAsync(cancellation))
                    return;
                log.SessionEnded(options.Address);
            }
            catch (Exception e) when (e is RpcException or IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
            {
                log.OperatorUnreachable(options.Address, e.Message);
            }

            // A session that held for a while starts the pauses anew; the jitter keeps a thousand daemons from calling at once.
            pause = time.GetElapsedTime(begun) > LongestPause ? ShortestPause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), time, cancellation);
        }
    }

    /// <returns>True when the tunnel was taken down at the operator's word.</returns>
    private async Task<bool> ConnectAsync(CancellationToken cancellation)
    {
        using var channel = new GrpcChannel(options.Address, new GrpcChannelOptions
        {
            AuthorityPem = await File.ReadAllTextAsync(options.AuthorityFile, cancellation),
        });
        string token = (await File.ReadAllTextAsync(options.TokenFile, cancellation)).Trim();
        await using GrpcDuplexCall<DaemonMessage, OperatorMessage> session =
            channel.Duplex(TunnelControl.Session, new GrpcCallOptions { BearerToken = token }, cancellation);

        await SendAsync(session, new DaemonMessage { Hello = identity.Hello(options) }, cancellation);
        if (await session.ReadAsync(cancellation) is not { BodyCase: OperatorMessage.BodyOneofCase.Welcome })
            return false;
        log.Connected(options.Address);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task reports = ReportAsync(session, ending.Token);
        Task counters = CountAsync(session, ending.Token);
        Task<bool> listen = ListenAsync(session, ending.Token);
        try
        {
            // A report that fails ends the session too: an operator that hears nothing new must not take the old for the truth.
            Task first = await Task.WhenAny(listen, reports, counters);
            if (first.IsFaulted)
                await first;
            return await listen;
        }
        finally
        {
            await ending.CancelAsync();
            await Task.WhenAll(reports, counters, listen).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> ListenAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, CancellationToken cancellation)
    {
        while (await session.ReadAsync(cancellation) is { } message)
        {
            if (message.BodyCase != OperatorMessage.BodyOneofCase.Teardown)
                continue;
            log.TeardownRequested(message.Teardown.Reason);
            try
            {
                await tunnel.TearDownAsync(cancellation);
            }
            catch (IOException e)
            {
                // The operator asks again at the next session.
                log.TeardownFailed(e.Message);
                return false;
            }
            await _outbox.SendLastAsync(session, new DaemonMessage { TeardownDone = new TeardownDone() }, cancellation);
            // The operator ends the call when it has taken note.
            await session.ReadAsync(cancellation);
            return true;
        }
        return false;
    }

    private async Task ReportAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, CancellationToken cancellation)
    {
        await foreach (TunnelSnapshot _ in board.WatchAsync(cancellation))
        {
            if (!await SendReportAsync(session, cancellation))
                return;
        }
    }

    private async Task CountAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CounterInterval, time);
        do
        {
            var counters = new DaemonMessage { Counters = ReportMapper.Counters(tunnel.Snapshot().Counters, time.GetUtcNow()) };
            // The probe's round-trip time moves without a transition: a report goes with the counters.
            if (!await SendAsync(session, counters, cancellation) || !await SendReportAsync(session, cancellation))
                return;
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private Task<bool> SendReportAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, CancellationToken cancellation) =>
        SendAsync(session, new DaemonMessage { Report = ReportMapper.Report(tunnel.Snapshot(), identity.Generation) }, cancellation);

    private Task<bool> SendAsync(GrpcDuplexCall<DaemonMessage, OperatorMessage> session, DaemonMessage message, CancellationToken cancellation) =>
        _outbox.SendAsync(session, message, cancellation);
}
