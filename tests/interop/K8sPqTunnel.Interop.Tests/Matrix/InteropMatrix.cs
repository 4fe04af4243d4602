using System.Diagnostics;
using K8sPqTunnel.Lab;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>Runs the cells, two at a time, and writes <c>artifacts/interop.md</c>.</summary>
public sealed class InteropMatrix(Realm realm) : IAsyncLifetime
{
    private const int Workers = 2;
    private static readonly TimeSpan CellLimit = TimeSpan.FromSeconds(90);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, TaskCompletionSource<CellReport>> _reports = Cells.All.ToDictionary(
        cell => cell.ToString(), _ => new TaskCompletionSource<CellReport>(TaskCreationOptions.RunContinuationsAsynchronously));

    private readonly Certificates _certificates = new();
    private CellQueue _queue = new([]);
    private Task _workers = Task.CompletedTask;

    public ValueTask InitializeAsync()
    {
        var torun = new List<Cell>();
        foreach (Cell cell in Cells.All)
        {
            if (cell.Peer.LimitOf(cell) is { Question: null, Reason: var reason })
                _reports[cell.ToString()].SetResult(new CellReport(cell, Verdict.PeerCannot, $"{reason} (declared; nothing to ask it)"));
            else if (OurGaps.Find(cell) is { OfRekey: false } gap)
                _reports[cell.ToString()].SetResult(new CellReport(cell, Verdict.WeCannotYet, gap.Feature));
            else
                torun.Add(cell);
        }

        _queue = new CellQueue(torun);
        _workers = Task.WhenAll(Enumerable.Range(1, Workers).Select(worker => Task.Run(() => WorkAsync(worker))));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        // Only a run that is given up still has cells here.
        await _stop.CancelAsync();
        await _workers;
        CellReport[] reports = await Task.WhenAll(_reports.Values.Select(report => report.Task).Where(task => task.IsCompletedSuccessfully));
        await File.WriteAllTextAsync(Path.Combine(realm.Repository.Artifacts, "interop.md"), MatrixReport.Write(reports));
        _stop.Dispose();
    }

    internal Task<CellReport> ReportAsync(string cell) => _reports[cell].Task;

    private async Task WorkAsync(int worker)
    {
        Stage? stage = null;
        int stages = 0;
        try
        {
            while (_queue.Next(stage?.Key) is { } cell && !_stop.IsCancellationRequested)
            {
                if (stage is null || stage.Key != StageKey.Of(cell))
                {
                    if (stage is not null)
                        await stage.DisposeAsync();
                    stage = null;
                    string folder = realm.FolderOf($"matrix/stage-{worker}-{++stages}");
                    (stage, CellReport? broken) = await SetAsync(cell, folder);
                    if (broken is not null)
                    {
                        _reports[cell.ToString()].SetResult(broken);
                        continue;
                    }
                }

                CellReport report = await RunAsync(stage!, cell);
                _reports[cell.ToString()].SetResult(report);
                if (report.Verdict == Verdict.Fail)
                {
                    // What a failure left behind must not colour the next cell.
                    await stage!.DisposeAsync();
                    stage = null;
                }
            }
        }
        finally
        {
            if (stage is not null)
                await stage.DisposeAsync();
        }
    }

    private async Task<(Stage? Stage, CellReport? Broken)> SetAsync(Cell cell, string folder)
    {
        try
        {
            return (await Stage.SetAsync(realm, StageKey.Of(cell), folder, _stop.Token), null);
        }
        catch (LabException e)
        {
            return (null, new CellReport(cell, Verdict.Fail, $"the peer does not start: {e.Message}"));
        }
    }

    private async Task<CellReport> RunAsync(Stage stage, Cell cell)
    {
        long started = Stopwatch.GetTimestamp();
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        time.CancelAfter(CellLimit);
        string folder = realm.FolderOf($"matrix/{cell.ToString().Replace(", ", "-").Replace(' ', '-')}");
        int heard = stage.Peer.Log.Length;
        OurGap? gap = OurGaps.Find(cell);
        PeerLimit? limit = cell.Peer.LimitOf(cell);
        string reason = "";
        try
        {
            if (limit?.Question is { } question)
                reason = await question.AskAsync(stage.Peer, time.Token) ? $"declared was that {limit.Reason}, but asked it says that it can: take the limit out" : "";
            else
                await new CellRun(realm, stage, _certificates, gap is null ? cell : cell with { Rekey = Rekey.None }, folder, time.Token).RunAsync();
        }
        catch (LabException e)
        {
            reason = e.Message;
        }
        catch (OperationCanceledException)
        {
            reason = $"it did not end within {CellLimit.TotalSeconds:0} s";
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "peer.log"), stage.Peer.Log[heard..], CancellationToken.None);
        Verdict verdict = (reason, limit, gap) switch
        {
            ({ Length: > 0 }, _, _) => Verdict.Fail,
            (_, not null, _) => Verdict.PeerCannot,
            (_, _, not null) => Verdict.WeCannotYet,
            _ => Verdict.Pass,
        };
        string why = verdict switch
        {
            Verdict.PeerCannot => $"{limit!.Reason} (asked)",
            Verdict.WeCannotYet => gap!.Feature,
            _ => reason,
        };
        return new CellReport(cell, verdict, why, stage.Peer.Version, Stopwatch.GetElapsedTime(started));
    }
}
