using System.Text.Json;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Bench;

/// <summary>That the benchmark works, on real processes; nothing here is about speed.</summary>
public sealed class HandshakeBenchmarkTests(Realm realm)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_quick_handshake_benchmark_compares_us_with_charon_in_every_suite_and_in_memory()
    {
        string file = Path.Combine(realm.Repository.Artifacts, "bench", "handshake.quick.json");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Delete(file);

        CommandResult bench = await new Command(Path.Combine(realm.Repository.Root, "bench.sh"), "handshake", "--quick")
        {
            WorkingDirectory = realm.Repository.Root,
            LogFile = Path.Combine(realm.FolderOf("bench"), "bench.log"),
        }.RunAsync(Stop);

        Assert.True(bench.Succeeded, bench.Errors);
        using JsonDocument results = JsonDocument.Parse(await File.ReadAllTextAsync(file, Stop));
        string[] names = [.. results.RootElement.EnumerateArray().Select(result => result.GetProperty("name").GetString()!)];
        Assert.Contains("responder, P-384 + ML-KEM-768, PSK", names);
        Assert.Contains("initiator, X25519 + ML-KEM-768, PSK", names);
        Assert.Contains("resident memory without SAs", names);
        Assert.All(results.RootElement.EnumerateArray(), result => Assert.True(result.GetProperty("ratio").GetDouble() > 0));
    }
}
