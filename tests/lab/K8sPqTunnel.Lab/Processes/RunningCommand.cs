using System.ComponentModel;
using System.Diagnostics;

namespace K8sPqTunnel.Lab.Processes;

/// <summary>A started process whose output is collected; disposing ends it.</summary>
public sealed class RunningCommand : IAsyncDisposable
{
    private static readonly TimeSpan TerminationGrace = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly OutputBuffer _output = new();
    private readonly OutputBuffer _errors = new();
    private readonly StreamWriter? _log;
    private readonly Task _pumps;
    private bool _disposed;

    private RunningCommand(Command command, Process process)
    {
        Command = command;
        _process = process;
        ProcessId = process.Id;
        _log = command.LogFile is { } path ? new StreamWriter(path, append: true) { AutoFlush = true } : null;
        _pumps = Task.WhenAll(PumpAsync(process.StandardOutput, _output), PumpAsync(process.StandardError, _errors));
    }

    public Command Command { get; }

    public int ProcessId { get; }

    public bool HasExited => _disposed || _process.HasExited;

    /// <summary>What it has written so far.</summary>
    public string Output => _output.ToString();

    public string Errors => _errors.ToString();

    /// <summary>Starts it on the host.</summary>
    /// <exception cref="LabException">There is no such program.</exception>
    internal static RunningCommand Start(Command command)
    {
        var start = new ProcessStartInfo(command.Program, command.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        foreach ((string name, string value) in command.Environment)
            start.Environment[name] = value;
        try
        {
            Process process = Process.Start(start) ?? throw new LabException($"\"{command}\" did not start.");
            var running = new RunningCommand(command, process);
            running.Feed(command.Input);
            return running;
        }
        catch (Win32Exception e)
        {
            throw new LabException($"\"{command.Program}\" cannot be started: {e.Message}.", e);
        }
    }

    /// <summary>Sends a line to its standard input, if that was kept open.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteAsync($"{line}\n");
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits for its end; cancelling kills it and its children.</summary>
    public async Task<CommandResult> FinishAsync(CancellationToken cancellationToken)
    {
        await using (this)
        {
            await _process.WaitForExitAsync(cancellationToken);
            await _pumps;
            return new CommandResult(Command, _process.ExitCode, Output, Errors);
        }
    }

    /// <summary>Sends SIGTERM and waits for the end.</summary>
    /// <exception cref="LabException">It still runs after <paramref name="grace"/>.</exception>
    public async Task<CommandResult> TerminateAsync(TimeSpan grace)
    {
        Signal(Signals.Terminate);
        using var limit = new CancellationTokenSource(grace);
        try
        {
            return await FinishAsync(limit.Token);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            throw new LabException($"\"{Command}\" did not end within {grace.TotalSeconds:0} s of SIGTERM and was killed.", e);
        }
    }

    /// <summary>Sends SIGKILL, the end that no process can prepare for, and waits for it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        // A grandchild that went its own way may hold the pipes open; what it says then is not waited for.
        await Task.WhenAny(_pumps, Task.Delay(TerminationGrace));
        if (_log is not null)
            await _log.DisposeAsync();
        _process.Dispose();
    }

    /// <summary>Sends a signal, unless it has ended.</summary>
    public void Signal(int signal)
    {
        if (!HasExited)
            Signals.Send(ProcessId, signal);
    }

    private void Feed(string? input)
    {
        try
        {
            _process.StandardInput.Write(input);
            if (!Command.KeepsInputOpen)
                _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Broken pipe: it ended without reading, and its status tells why.
        }
    }

    private async Task PumpAsync(StreamReader from, OutputBuffer to)
    {
        char[] chunk = new char[4096];
        while (await from.ReadAsync(chunk) is > 0 and int read)
        {
            to.Append(chunk.AsSpan(0, read));
            if (_log is not null)
            {
                lock (_log)
                    _log.Write(chunk.AsSpan(0, read));
            }
        }
    }
}
