using K8sPqTunnel.Lab.Guests;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Peers;

/// <summary>OpenBSD's iked with one connection, in a guest: it programs the kernel's ESP.</summary>
public sealed class Iked : IPeer
{
    private const string LogFile = "iked.log";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan InitiateLimit = TimeSpan.FromSeconds(15);
    private readonly Guest _guest;
    private PeerConnection? _connection;

    private Iked(Guest guest, string version)
    {
        _guest = guest;
        Version = version;
    }

    public string Version { get; }

    public string Log => _guest.ReadFile(LogFile);

    /// <summary>Prepares the guest and starts iked there.</summary>
    public static async Task<Iked> StartAsync(Guest guest, PeerConnection connection, CancellationToken cancellationToken)
    {
        // What Debian's maintainer scripts would have made: the user, and a key of the host.
        foreach (string line in (string[])["mkdir -p /run/iked /lab/iked/ca /lab/iked/certs /lab/iked/crls /lab/iked/private /lab/iked/pubkeys/fqdn",
            "mount --bind /lab/iked /etc/iked && mount --bind /lab/passwd /etc/passwd && mount --bind /lab/group /etc/group",
            "openssl ecparam -name prime256v1 -genkey -noout -out /etc/iked/private/local.key",
            "openssl ec -in /etc/iked/private/local.key -pubout -out /etc/iked/local.pub"])
        {
            guest.WriteFile("passwd", "root:x:0:0:root:/root:/bin/sh\n_iked:x:900:900::/run/iked:/usr/sbin/nologin\n");
            guest.WriteFile("group", "root:x:0:\n_iked:x:900:\n");
            (await guest.RunAsync(line, cancellationToken)).EnsureSuccess();
        }

        CommandResult version = await guest.RunAsync("iked -V", cancellationToken);
        var peer = new Iked(guest, $"{version.Output}{version.Errors}".Trim());
        await peer.LoadAsync(connection, cancellationToken);
        return peer;
    }

    public Task LoadAsync(PeerConnection connection, CancellationToken cancellationToken) =>
        RestartAsync(connection, active: false, cancellationToken);

    public async Task<CommandResult> InitiateAsync(CancellationToken cancellationToken)
    {
        // There is no command for it: an active policy begins when the daemon does.
        await RestartAsync(_connection!, active: true, cancellationToken);
        await Wait.UntilAsync("iked has an SA", async () => (await ListSasAsync(cancellationToken)).Contains("ESTABLISHED", StringComparison.Ordinal),
            InitiateLimit, cancellationToken);
        return await _guest.RunAsync("true", cancellationToken);
    }

    /// <summary>Says so: iked rekeys by lifetimes only.</summary>
    public Task<CommandResult> RekeyChildAsync(CancellationToken cancellationToken) => _guest.RunAsync(NoCommand, cancellationToken);

    /// <inheritdoc cref="RekeyChildAsync"/>
    public Task<CommandResult> RekeyIkeAsync(CancellationToken cancellationToken) => _guest.RunAsync(NoCommand, cancellationToken);

    public async Task<string> ListSasAsync(CancellationToken cancellationToken) =>
        (await _guest.RunAsync("ikectl show sa", cancellationToken)).Output;

    public async Task KillAsync() => await _guest.RunAsync("pkill -9 -x iked", CancellationToken.None);

    public Task<CommandResult> AskAsync(string line, CancellationToken cancellationToken) => _guest.RunAsync(line, cancellationToken);

    public ValueTask DisposeAsync() => _guest.DisposeAsync();

    private const string NoCommand = "echo 'iked has no command for a rekey' >&2; false";

    private async Task RestartAsync(PeerConnection connection, bool active, CancellationToken cancellationToken)
    {
        _connection = connection;
        await _guest.RunAsync("pkill -9 -x iked; ip xfrm state flush; ip xfrm policy flush; rm -f /run/iked.sock", cancellationToken);
        _guest.WriteFile("iked.conf", IkedConf.Write(connection, active));
        if (connection.Credentials is { } credentials)
        {
            _guest.WriteFile("iked/ca/ca.crt", credentials.Authority);
            _guest.WriteFile("iked/certs/peer.crt", credentials.Certificate);
            _guest.WriteFile("iked/private/local.key", credentials.Key);
            // The process that checks certificates is not root.
            (await _guest.RunAsync("chmod -R a+rX /etc/iked/ca /etc/iked/certs", cancellationToken)).EnsureSuccess();
        }

        (await _guest.RunAsync($"iked -dvv -f /lab/iked.conf >> /lab/{LogFile} 2>&1 &", cancellationToken)).EnsureSuccess();
        await Wait.UntilAsync("iked listens", async () => (await _guest.RunAsync("ikectl show sa", cancellationToken)).Succeeded,
            StartLimit, cancellationToken);
    }
}
