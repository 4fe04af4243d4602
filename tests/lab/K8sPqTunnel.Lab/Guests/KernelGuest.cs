using K8sPqTunnel.Lab.Processes;
using K8sPqTunnel.Lab.Roots;
using K8sPqTunnel.Lab.Sandboxes;
using K8sPqTunnel.Lab.Steps;

namespace K8sPqTunnel.Lab.Guests;

/// <summary>A guest whose kernel has ESP, and that runs test programs of this checkout.</summary>
internal sealed class KernelGuest(Guest guest, string folder, IReadOnlyDictionary<string, string> roots) : IAsyncDisposable
{
    private const string SharedInside = "/lab";
    private const int MemoryMebibytes = 768;

    /// <summary>A kernel that was built with what Debian's user-mode-linux lacks, such as the xfrm interface; it need not be there.</summary>
    private const string BuiltKernel = "lab/uml/linux.uml-7.2";

    /// <summary>Makes the roots and boots.</summary>
    /// <param name="folder">Shared with the guest; reports and logs go there.</param>
    /// <exception cref="LabException">The root cannot be had, or it did not boot.</exception>
    public static async Task<KernelGuest> StartAsync(
        Repository repository, DebianRootMaker maker, string folder, Step step, CancellationToken cancellationToken)
    {
        string root = await maker.MakeAsync(LabRoots.Kernel, step, cancellationToken);
        // A guest cannot make roots of its own: those of the daemon and its peer are made here.
        var roots = new Dictionary<string, string>();
        foreach (DebianRoot inside in GuestRoots.All)
            roots[GuestRoots.VariableOf(inside)] = await maker.MakeAsync(inside, step, cancellationToken);
        List<Bind> binds = [.. repository.Binds, Bind.Same(DotnetInstallation.Home, readOnly: true), .. roots.Values.Select(made => Bind.Same(made))];
        string built = Path.Combine(repository.Shared, BuiltKernel);
        if (File.Exists(built))
            binds.Add(new Bind(built, "/usr/bin/linux.uml", ReadOnly: true));
        Guest guest = await Guest.StartAloneAsync(root, binds, folder, MemoryMebibytes, cancellationToken);
        // Where tests write, and where mount points are made; the guest sees the rest of the host read-only.
        foreach (string writable in roots.Values.Prepend(repository.Root))
            (await guest.RunAsync($"mount -t hostfs -o 'hostfs={writable}' hostfs '{writable}'", cancellationToken)).EnsureSuccess();
        step.Note = (await guest.RunAsync("uname -r", cancellationToken)).EnsureSuccess().Output.Trim();
        return new KernelGuest(guest, folder, roots);
    }

    /// <summary>Runs a program in the guest; arguments that name files in the shared folder are translated.</summary>
    public async Task<CommandResult> RunAsync(Command command, TimeSpan limit, CancellationToken cancellationToken)
    {
        IEnumerable<string> words = command.Arguments.Prepend(command.Program)
            .Select(word => $"'{word.Replace(folder, SharedInside, StringComparison.Ordinal)}'");
        // The guest's own root may not be written to, and the host's TMPDIR is not there.
        CommandResult result = await guest.RunAsync(
            $"cd '{command.WorkingDirectory}' && export DOTNET_ROOT='{DotnetInstallation.Home}' DOTNET_EnableDiagnostics=0 "
            + $"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 PQTUNNEL_GUEST=1 TMPDIR=/tmp {string.Join(' ', roots.Concat(Asked()).Select(variable => $"{variable.Key}='{variable.Value}'"))}; {string.Join(' ', words)}", cancellationToken, limit);
        if (command.LogFile is not null)
            await File.WriteAllTextAsync(command.LogFile, result.Output + result.Errors, cancellationToken);
        return result with { Command = command };
    }

    public ValueTask DisposeAsync() => guest.DisposeAsync();

    /// <summary>What whoever starts the tests asks of them, where they would read it on the host.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Asked() =>
        from name in (string[])["PQTUNNEL_SIZES"]
        let value = Environment.GetEnvironmentVariable(name)
        where value is not null
        select KeyValuePair.Create(name, value);
}
