using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Kubernetes;

/// <summary>kubectl for one cluster.</summary>
/// <param name="place">Turns a kubectl command into one that reaches the cluster when it is started on the host.</param>
public sealed class Kubectl(Func<Command, Command> place)
{
    /// <summary>The command to start on the host, for example for <c>logs --follow</c>.</summary>
    public Command Command(params string[] arguments) => place(new Command("kubectl", arguments));

    /// <summary>Runs it; the result says whether it succeeded.</summary>
    public Task<CommandResult> TryAsync(CancellationToken cancellationToken, params string[] arguments) =>
        Command(arguments).RunAsync(cancellationToken);

    /// <summary>Runs it and gives what it wrote.</summary>
    /// <exception cref="LabException">kubectl refused; the message quotes it.</exception>
    public async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await TryAsync(cancellationToken, arguments)).EnsureSuccess().Output;

    /// <summary>Applies manifests, given as their text; the result says whether the API server took them.</summary>
    public Task<CommandResult> ApplyAsync(string manifests, CancellationToken cancellationToken, params string[] options) =>
        (Command(["apply", "--filename", "-", .. options]) with { Input = manifests }).RunAsync(cancellationToken);
}
