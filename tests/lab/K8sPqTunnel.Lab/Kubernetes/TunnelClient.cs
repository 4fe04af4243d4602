using K8sPqTunnel.Lab.Kubernetes.Charts;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>Installs the operator in a cluster and follows what becomes of tunnels, through kubectl and helm as a user would.</summary>
/// <param name="kubectl">For the cluster.</param>
/// <param name="repository">What is installed.</param>
/// <param name="helm">Installs the chart; null: kubectl applies the manifests.</param>
public sealed class TunnelClient(Kubectl kubectl, Repository repository, Helm? helm = null)
{
    public const string OperatorNamespace = "pqtunnel-system";
    private const string Operator = "deployment/pqtunnel-operator";
    private static readonly TimeSpan RolloutLimit = TimeSpan.FromMinutes(2);

    public Kubectl Kubectl => kubectl;

    /// <summary>Installs the chart, or applies <c>crds/</c> and <c>operator/manifests/</c>, and waits until the operator is available.</summary>
    /// <exception cref="LabException">It does not become available; the message has its log.</exception>
    public async Task InstallAsync(CancellationToken cancellationToken)
    {
        if (helm is not null)
        {
            await InstallChartAsync(helm, cancellationToken);
            return;
        }

        // API servers before 1.25 take CEL rules only when kubectl does not check fields on its own.
        await ApplyFolderAsync("crds", cancellationToken, "--validate=false");
        await kubectl.RunAsync(cancellationToken, "wait", "--for=condition=Established", "crd/ipsectunnels.pqtunnel.io", "--timeout=30s");
        await ApplyFolderAsync("operator/manifests", cancellationToken);
        CommandResult rollout = await kubectl.TryAsync(cancellationToken,
            "--namespace", OperatorNamespace, "rollout", "status", Operator, $"--timeout={RolloutLimit.TotalSeconds:0}s");
        if (!rollout.Succeeded)
            throw new LabException($"The operator does not become available: {rollout.Errors.Trim()}\n{await ExplainAsync(OperatorNamespace, cancellationToken)}");
    }

    /// <summary>Has the operator back after <see cref="StopOperatorAsync"/>.</summary>
    public async Task StartOperatorAsync(CancellationToken cancellationToken)
    {
        await kubectl.RunAsync(cancellationToken, "--namespace", OperatorNamespace, "scale", Operator, "--replicas=1");
        await InstallAsync(cancellationToken);
    }

    /// <summary>Takes the operator away.</summary>
    public async Task StopOperatorAsync(CancellationToken cancellationToken)
    {
        string[] pods = ["pod", "--selector", "app.kubernetes.io/name=pqtunnel-operator"];
        await kubectl.RunAsync(cancellationToken, "--namespace", OperatorNamespace, "scale", Operator, "--replicas=0");
        CommandResult gone = await kubectl.TryAsync(cancellationToken, ["--namespace", OperatorNamespace, "wait", "--for=delete", .. pods, "--timeout=60s"]);
        // By then its container has long been killed, but a kubelet of 1.20 may forget to say so.
        if (!gone.Succeeded)
            await kubectl.RunAsync(cancellationToken, ["--namespace", OperatorNamespace, "delete", .. pods, "--force", "--grace-period=0", "--wait=false"]);
    }

    private async Task InstallChartAsync(Helm chart, CancellationToken cancellationToken)
    {
        try
        {
            await chart.InstallAsync(cancellationToken);
        }
        catch (LabException e)
        {
            throw new LabException($"{e.Message}\n{await ExplainAsync(OperatorNamespace, cancellationToken)}", e);
        }
    }

    /// <summary>Applies every manifest of a folder of the checkout.</summary>
    public async Task ApplyFolderAsync(string folder, CancellationToken cancellationToken, params string[] options)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(repository.Root, folder), "*.yaml").Order(StringComparer.Ordinal))
            (await kubectl.ApplyAsync(await File.ReadAllTextAsync(file, cancellationToken), cancellationToken, options)).EnsureSuccess();
    }

    /// <summary>The tunnel's status as it is now.</summary>
    public async Task<TunnelView> ViewAsync(string space, string tunnel, CancellationToken cancellationToken) =>
        TunnelView.Parse(await kubectl.RunAsync(cancellationToken, "--namespace", space, "get", "ipsectunnel", tunnel, "--output", "json"));

    /// <summary>Waits until the status is as wanted.</summary>
    /// <param name="what">As in "the tunnel is Ready".</param>
    /// <exception cref="LabException">It is not in time; the message has the conditions and the logs of daemon and operator.</exception>
    public async Task<TunnelView> WaitAsync(
        string what, string space, string tunnel, Func<TunnelView, bool> wanted, TimeSpan limit, CancellationToken cancellationToken)
    {
        TunnelView view = new();
        try
        {
            await Wait.UntilAsync(what, async () =>
            {
                view = await ViewAsync(space, tunnel, cancellationToken);
                return wanted(view);
            }, limit, cancellationToken);
            return view;
        }
        catch (LabException e)
        {
            string conditions = string.Join('\n', view.Conditions);
            throw new LabException($"{e.Message}\n{conditions}\n{await ExplainAsync(space, cancellationToken)}", e);
        }
    }

    /// <summary>What the pods of a namespace and the operator are at and say: for a person who has to find out why.</summary>
    public async Task<string> ExplainAsync(string space, CancellationToken cancellationToken)
    {
        string[][] questions =
        [
            ["--namespace", space, "get", "pods", "--output", "wide"],
            ["--namespace", space, "get", "events", "--sort-by=.lastTimestamp"],
            ["--namespace", space, "logs", "--selector", "app.kubernetes.io/name=pqtunnel-gateway", "--tail=40"],
            ["--namespace", OperatorNamespace, "get", "pods", "--output", "wide"],
            ["--namespace", OperatorNamespace, "logs", Operator, "--tail=40"],
        ];
        IEnumerable<CommandResult> answers = await Task.WhenAll(questions.Select(question => kubectl.TryAsync(cancellationToken, question)));
        return string.Join('\n', answers.Zip(questions, (answer, question) => $"$ kubectl {string.Join(' ', question)}\n{answer.Output}{answer.Errors}"));
    }
}
