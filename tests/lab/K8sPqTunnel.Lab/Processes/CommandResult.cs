namespace K8sPqTunnel.Lab.Processes;

/// <summary>How a command ended and what it said.</summary>
public sealed record CommandResult(Command Command, int ExitCode, string Output, string Errors)
{
    private const int LinesQuoted = 12;

    public bool Succeeded => ExitCode == 0;

    /// <summary>This result, if the status is 0.</summary>
    /// <exception cref="LabException">It is not; the message quotes the command's last words.</exception>
    public CommandResult EnsureSuccess()
    {
        if (Succeeded)
            return this;
        string said = Errors.Trim().Length > 0 ? Errors : Output;
        string last = string.Join('\n', said.TrimEnd().Split('\n').TakeLast(LinesQuoted));
        throw new LabException($"\"{Command}\" ended with status {ExitCode}: {last}");
    }
}
