using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace K8sPqTunnel.Dataplane.Tests.Support;

/// <summary>A network namespace of its own, kept by a thread that lives in it. Threads and processes started from it inherit it.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int NewNetworkNamespace = 0x40000000;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;
    private readonly string? _refusal;

    private NetworkNamespace()
    {
        using var ready = new ManualResetEventSlim();
        string? refusal = null;
        _thread = new Thread(() =>
        {
            if (Unshare(NewNetworkNamespace) != 0)
                refusal = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            ThreadId = GetThreadId();
            ready.Set();
            foreach (Action action in _work.GetConsumingEnumerable())
                action();
        })
        { IsBackground = true };
        _thread.Start();
        ready.Wait();
        _refusal = refusal;
    }

    /// <summary>The kernel's number of the thread, by which ip(8) can move interfaces here.</summary>
    public int ThreadId { get; private set; }

    /// <summary>Makes one with its loopback up; skips the test where that isn't allowed.</summary>
    public static NetworkNamespace Create()
    {
        if (!File.Exists("/usr/sbin/ip") || !File.Exists("/usr/sbin/nft"))
            Assert.Skip("iproute2 or nftables is absent");
        if (!File.Exists("/dev/net/tun"))
            Assert.Skip("/dev/net/tun is absent");
        var made = new NetworkNamespace();
        if (made._refusal is not null)
            Assert.Skip($"a network namespace can't be made: {made._refusal}");
        made.Shell("ip link set lo up");
        return made;
    }

    /// <summary>Runs code inside and gives its result; exceptions come out.</summary>
    public T Run<T>(Func<T> code)
    {
        T result = default!;
        Exception? thrown = null;
        using var done = new ManualResetEventSlim();
        _work.Add(() =>
        {
            try
            {
                result = code();
            }
            catch (Exception exception)
            {
                thrown = exception;
            }
            done.Set();
        });
        done.Wait();
        if (thrown is not null)
            ExceptionDispatchInfo.Throw(thrown);
        return result;
    }

    public void Run(Action code) => Run(() =>
    {
        code();
        return true;
    });

    /// <summary>Runs a shell command inside and gives its output; fails the test if it fails.</summary>
    public string Shell(string command)
    {
        (int status, string output) = TryShell(command);
        Assert.True(status == 0, $"{command}: {output}");
        return output;
    }

    public (int Status, string Output) TryShell(string command)
    {
        using Process process = Run(() => Process.Start(new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", $"({command}) 2>&1" },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    /// <summary>Joins two namespaces by a veth pair with one address each.</summary>
    public static void Join(NetworkNamespace left, string leftName, string leftAddress, NetworkNamespace right, string rightName, string rightAddress)
    {
        left.Shell($"ip link add {leftName} type veth peer name {rightName} netns {right.ThreadId}");
        left.Shell($"ip addr add {leftAddress} dev {leftName}; ip link set {leftName} up");
        right.Shell($"ip addr add {rightAddress} dev {rightName}; ip link set {rightName} up");
        // Until the kernel has noticed the carrier, it drops what is sent.
        left.Shell($"until ip -o link show {leftName} | grep -q 'state UP'; do sleep 0.01; done");
        right.Shell($"until ip -o link show {rightName} | grep -q 'state UP'; do sleep 0.01; done");
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);

    [LibraryImport("libc", EntryPoint = "gettid")]
    private static partial int GetThreadId();
}
