using System.Net.NetworkInformation;

namespace K8sPqTunnel.Sidecar.Sockets;

/// <summary>Tells when this host's addresses have changed, until it is disposed.</summary>
internal sealed class AddressWatch : IDisposable
{
    private TaskCompletionSource _changed = New();

    public AddressWatch() => NetworkChange.NetworkAddressChanged += Notice;

    /// <summary>Completes with the next change.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    /// <summary>Makes <see cref="Changed"/> wait for the next time.</summary>
    public void Rearm() => Volatile.Write(ref _changed, New());

    public void Dispose() => NetworkChange.NetworkAddressChanged -= Notice;

    private void Notice(object? sender, EventArgs e) => Volatile.Read(ref _changed).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
