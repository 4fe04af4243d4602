using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes.Charts;

/// <summary>helm, with the product's chart and one cluster.</summary>
/// <param name="place">Turns a helm command into one that reaches the cluster when it is started on the host.</param>
/// <param name="repository">Where the chart is.</param>
public sealed class Helm(Func<Command, Command> place, Repository repository)
{
    /// <summary>The release's name, as the chart's README has it.</summary>
    public const string Release = "pqtunnel";

    public string Chart => Path.Combine(repository.Root, "charts/k8s-pq-tunnel");

    /// <summary>Runs it in the operator's namespace; the result says whether it succeeded.</summary>
    public Task<CommandResult> TryAsync(CancellationToken cancellationToken, params string[] arguments) =>
        place(new Command("helm", ["--namespace", TunnelClient.OperatorNamespace, .. arguments])).RunAsync(cancellationToken);

    /// <summary>Runs it and gives what it wrote.</summary>
    /// <exception cref="LabException">helm refused; the message quotes it.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await TryAsync(cancellationToken, arguments)).EnsureSuccess().Output;

    /// <summary>Installs the chart, or upgrades to it with these values and no former ones, and waits until the operator is available.</summary>
    /// <exception cref="LabException">It does not become so.</exception>
    public Task<string> InstallAsync(CancellationToken cancellationToken, params string[] values) =>
        RunAsync(cancellationToken, ["upgrade", "--install", Release, Chart, "--create-namespace", "--reset-values", "--wait", "--timeout", "2m", .. values]);
}
