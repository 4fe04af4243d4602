using System.Diagnostics;
using System.Text;
using K8sPqTunnel.Operator.Tests.Fakes;

namespace K8sPqTunnel.Operator.Tests.Cluster;

/// <summary>The operator's program, as it would run in its pod, with the environment's KUBECONFIG.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private OperatorProcess(int grpcPort, int httpPort, string @namespace)
    {
        GrpcPort = grpcPort;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "K8sPqTunnel.Operator.dll"), "run"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                // An image that only sleeps: the test is the daemon.
                ["DAEMON_IMAGE"] = Environment.GetEnvironmentVariable("PQTUNNEL_TEST_IMAGE") ?? "localhost/pause:1",
                ["POD_NAMESPACE"] = @namespace,
                ["GRPC_PORT"] = $"{grpcPort}",
                ["HTTP_PORT"] = $"{httpPort}",
            },
        };
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int GrpcPort { get; }

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    public static async Task<OperatorProcess> StartAsync(string @namespace)
    {
        int httpPort = FreePort.Next();
        var running = new OperatorProcess(FreePort.Next(), httpPort, @namespace);
        using var http = new HttpClient();
        await Eventually.GetAsync(async () => await IsReadyAsync(http, httpPort) ? "" : null, "the operator is ready");
        return running;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsReadyAsync(HttpClient http, int port)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
            _log.AppendLine(line.Data);
    }
}
