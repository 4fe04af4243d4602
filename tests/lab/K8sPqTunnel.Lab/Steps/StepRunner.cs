using System.Diagnostics;
using Spectre.Console;

namespace K8sPqTunnel.Lab.Steps;

/// <summary>Runs steps and prints a line with the elapsed time for each; at a terminal also what is running now.</summary>
public sealed class StepRunner(IAnsiConsole console)
{
    private const int TitleWidth = 44;
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromMilliseconds(200);
    private readonly Lock _line = new();

    public IAnsiConsole Console { get; } = console;

    /// <summary>Runs one step and gives its result. Steps do not nest.</summary>
    public async Task<T> RunAsync<T>(string title, Func<Step, Task<T>> work)
    {
        T result = default!;
        await RunAllAsync(new LabStep(title, async step => result = await work(step)));
        return result;
    }

    public Task RunAsync(string title, Func<Step, Task> work) => RunAllAsync(new LabStep(title, work));

    /// <summary>Runs steps side by side; all of them end before the first failure is thrown.</summary>
    public async Task RunAllAsync(params LabStep[] steps)
    {
        Step[] lines = [.. steps.Select(step => new Step(step.Title))];
        Task all = Task.WhenAll(steps.Zip(lines, (step, line) => RunOneAsync(step, line)));
        if (Console.Profile.Capabilities.Interactive)
            await Console.Status().StartAsync("…", status => ShowUntilDoneAsync(status, lines, all));
        else
            await all;
    }

    private async Task RunOneAsync(LabStep step, Step line)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            await step.Work(line);
        }
        catch
        {
            line.Failed = true;
            Print(line, started);
            throw;
        }

        Print(line, started);
    }

    private void Print(Step line, long started)
    {
        string mark = line.Failed ? "[red]✗[/]" : "[green]✓[/]";
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        lock (_line)
            Console.MarkupLine($"{mark} {line.Title.PadRight(TitleWidth).EscapeMarkup()} {elapsed.TotalSeconds,6:0.0} s  [grey]{line.Note.EscapeMarkup()}[/]");
        line.Ended = true;
    }

    private static async Task ShowUntilDoneAsync(StatusContext status, Step[] lines, Task all)
    {
        using var timer = new PeriodicTimer(StatusPeriod);
        while (!all.IsCompleted)
        {
            IEnumerable<string> running = lines.Where(line => !line.Ended).Select(line => $"{line.Title} {line.Note}".TrimEnd());
            status.Status(string.Join(" · ", running).EscapeMarkup());
            await Task.WhenAny(all, timer.WaitForNextTickAsync().AsTask());
        }

        await all;
    }
}
