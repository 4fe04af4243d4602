using System.Globalization;
using System.Net;

namespace K8sPqTunnel.Operator.Hosting;

/// <summary>What the environment says of this operator.</summary>
internal sealed record OperatorOptions
{
    // Of OpenTelemetry's specification. No headers: those may hold a credential, which has no place in a pod's spec.
    private static readonly string[] TelemetryVariables = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_METRIC_EXPORT_INTERVAL"];

    /// <summary>DAEMON_IMAGE: the image of the gateway pods. Needed.</summary>
    public required string DaemonImage { get; init; }

    /// <summary>POD_NAMESPACE: where the operator keeps its identity and has its Service; default pqtunnel-system.</summary>
    public required string Namespace { get; init; }

    /// <summary>POD_NAME: who reports events and holds the lease; default the machine's name.</summary>
    public required string Instance { get; init; }

    /// <summary>POD_IP, with the port of the gRPC service: where other replicas send daemons while this one leads; null without it.</summary>
    public required IPEndPoint? Endpoint { get; init; }

    /// <summary>OPERATOR_URL: where daemons call; default the Service pqtunnel-operator in the namespace, port 8443.</summary>
    public required Uri Url { get; init; }

    /// <summary>GRPC_PORT: where the gRPC service listens; default 8443.</summary>
    public required int GrpcPort { get; init; }

    /// <summary>WEBHOOK_PORT: where the API server asks before it stores a tunnel; default 9443.</summary>
    public required int WebhookPort { get; init; }

    /// <summary>HTTP_PORT: where health and metrics are served; default 8080.</summary>
    public required int HttpPort { get; init; }

    /// <summary>OTEL_EXPORTER_OTLP_ENDPOINT and what goes with it: where the operator sends its metrics, and the daemons theirs; none without it.</summary>
    public required IReadOnlyDictionary<string, string> Telemetry { get; init; }

    /// <summary>The names that the gRPC service's certificate carries.</summary>
    public IReadOnlyCollection<string> CertificateNames =>
        new HashSet<string>(StringComparer.Ordinal)
        {
            Url.Host,
            $"pqtunnel-operator.{Namespace}.svc",
            $"pqtunnel-operator.{Namespace}.svc.cluster.local",
        };

    /// <exception cref="OptionsException">A variable is missing or wrong.</exception>
    public static OperatorOptions FromEnvironment(Func<string, string?> variable)
    {
        string @namespace = Text(variable, "POD_NAMESPACE") ?? "pqtunnel-system";
        int grpcPort = Port(variable, "GRPC_PORT", 8443);
        string url = Text(variable, "OPERATOR_URL") ?? $"https://pqtunnel-operator.{@namespace}.svc:8443";
        return new OperatorOptions
        {
            DaemonImage = Text(variable, "DAEMON_IMAGE")
                ?? throw new OptionsException("DAEMON_IMAGE is not set: set it to the image of the gateway pods"),
            Namespace = @namespace,
            Instance = Text(variable, "POD_NAME") ?? Environment.MachineName,
            Endpoint = Address(variable, "POD_IP") is { } address ? new IPEndPoint(address, grpcPort) : null,
            Url = Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme == Uri.UriSchemeHttps
                ? parsed
                : throw new OptionsException($"OPERATOR_URL \"{url}\" is no https address: write https://NAME:PORT"),
            GrpcPort = grpcPort,
            WebhookPort = Port(variable, "WEBHOOK_PORT", 9443),
            HttpPort = Port(variable, "HTTP_PORT", 8080),
            Telemetry = TelemetryOf(variable),
        };
    }

    private static Dictionary<string, string> TelemetryOf(Func<string, string?> variable) =>
        Text(variable, TelemetryVariables[0]) is null
            ? []
            : TelemetryVariables.Where(name => Text(variable, name) is not null).ToDictionary(name => name, name => variable(name)!, StringComparer.Ordinal);

    private static string? Text(Func<string, string?> variable, string name) => variable(name) is { Length: > 0 } text ? text : null;

    private static IPAddress? Address(Func<string, string?> variable, string name)
    {
        if (Text(variable, name) is not { } text)
            return null;
        return IPAddress.TryParse(text, out IPAddress? address)
            ? address
            : throw new OptionsException($"{name} \"{text}\" is no address: write the pod's, for example 10.244.1.7");
    }

    private static int Port(Func<string, string?> variable, string name, int byDefault)
    {
        if (Text(variable, name) is not { } text)
            return byDefault;
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
            ? port
            : throw new OptionsException($"{name} \"{text}\" is no port: write a number from 1 to 65535");
    }
}
