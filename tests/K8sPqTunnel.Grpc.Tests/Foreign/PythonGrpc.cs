using System.Diagnostics;

namespace K8sPqTunnel.Grpc.Tests.Foreign;

/// <summary>Google's gRPC for Python (Debian: python3-grpcio, python3-protobuf, protobuf-compiler), with the contract compiled for it.</summary>
internal sealed class PythonGrpc : IDisposable
{
    private readonly DirectoryInfo _folder;

    private PythonGrpc(DirectoryInfo folder)
    {
        _folder = folder;
    }

    /// <summary>Compiles the contract; skips the test where the machine lacks a part.</summary>
    public static async Task<PythonGrpc> RequireAsync()
    {
        Assert.SkipUnless(await SucceedsAsync("python3", "-c", "import grpc, google.protobuf"), "python3 with grpcio and protobuf is absent");
        Assert.SkipUnless(await SucceedsAsync("protoc", "--version"), "protoc is absent");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("pqtunnel-grpc-");
        string proto = Path.Combine(AppContext.BaseDirectory, "proto");
        Assert.True(await SucceedsAsync(
            "protoc", $"--proto_path={proto}", $"--python_out={folder.FullName}", "pqtunnel/v1/tunnel_control.proto"));
        return new PythonGrpc(folder);
    }

    /// <summary>Writes a file that a script can read.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Starts a script of this folder; closing its standard input asks it to end.</summary>
    public Process Start(string script, params string[] arguments)
    {
        ProcessStartInfo start = Command("python3", [Path.Combine(AppContext.BaseDirectory, "Foreign", script), .. arguments]);
        start.Environment["PYTHONPATH"] = _folder.FullName;
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        return Process.Start(start)!;
    }

    /// <summary>Runs a script of this folder to its end.</summary>
    /// <returns>The lines that it printed.</returns>
    public async Task<string[]> RunAsync(string script, params string[] arguments)
    {
        using Process process = Start(script, arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<bool> SucceedsAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(Command(program, arguments))!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;                                                // there is no such program
        }
    }

    private static ProcessStartInfo Command(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
