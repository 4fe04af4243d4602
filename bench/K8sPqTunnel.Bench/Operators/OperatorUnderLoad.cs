using System.Diagnostics;
using K8sPqTunnel.Bench.Measuring;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Operators;

/// <summary>The operator's program as its image runs it, and what it says of itself.</summary>
internal sealed class OperatorUnderLoad : IAsyncDisposable
{
    private const int GrpcPort = 18443;
    private const int HttpPort = 18080;
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly RunningCommand _process;
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}") };

    private OperatorUnderLoad(RunningCommand process) => _process = process;

    public int ProcessId => _process.ProcessId;

    public long Started { get; } = Stopwatch.GetTimestamp();

    public static OperatorUnderLoad Start(OperatorOrder order) => new(new Command(DotnetInstallation.Program, order.Program, "run")
    {
        LogFile = order.Log,
        Environment = new Dictionary<string, string>
        {
            ["DAEMON_IMAGE"] = "localhost/k8s-pq-tunnel/daemon:dev",
            ["POD_NAMESPACE"] = "pqtunnel-system",
            ["POD_NAME"] = "pqtunnel-operator-0",
            ["GRPC_PORT"] = $"{GrpcPort}",
            ["HTTP_PORT"] = $"{HttpPort}",
            // As its image has it.
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_GCgen0size"] = "400000",
        },
    }.Start());

    public ProcessReading Read() => ProcessReading.Of(ProcessId);

    /// <summary>Sends a signal, such as SIGSTOP.</summary>
    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>Its own figures at this moment; null while it does not answer.</summary>
    public async Task<OperatorReading?> TryMeasureAsync(CancellationToken cancellationToken)
    {
        try
        {
            return OperatorReading.Parse(await _http.GetStringAsync("/metrics", cancellationToken));
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return null;
        }
    }

    public async Task<OperatorReading> MeasureAsync(CancellationToken cancellationToken) =>
        await TryMeasureAsync(cancellationToken) ?? throw new LabException("The operator does not answer.");

    /// <summary>Waits until it has listed everything.</summary>
    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken) => await Wait.UntilAsync("the operator is ready (see its log)", async () =>
    {
        try
        {
            using HttpResponseMessage answer = await _http.GetAsync("/readyz", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return false;
        }
    }, TimeSpan.FromMinutes(5), cancellationToken, Poll);

    public Task StopAsync() => _process.TerminateAsync(StopLimit);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
