using K8sPqTunnel.Lab.Guests;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Peers;

/// <summary>libreswan's pluto with one connection, in a guest: it programs the kernel's ESP.</summary>
public sealed class Libreswan : IPeer
{
    private const string LogFile = "pluto.log";
    private const string Whack = "ipsec whack --ctlsocket /run/pluto/pluto.ctl";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly Guest _guest;
    private PeerCredentials? _credentials;

    private Libreswan(Guest guest, string version)
    {
        _guest = guest;
        Version = version;
    }

    public string Version { get; }

    public string Log => _guest.ReadFile(LogFile);

    /// <summary>Starts pluto in the guest, and waits until it listens.</summary>
    public static async Task<Libreswan> StartAsync(Guest guest, PeerConnection connection, CancellationToken cancellationToken)
    {
        CommandResult version = (await guest.RunAsync("ipsec --version", cancellationToken)).EnsureSuccess();
        var peer = new Libreswan(guest, version.Output.Trim());
        await peer.RestartAsync(connection, cancellationToken);
        return peer;
    }

    public async Task LoadAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        if (connection.Credentials != _credentials)
        {
            // A running pluto does not see what others change in its key store.
            await RestartAsync(connection, cancellationToken);
            return;
        }

        await WhackAsync($"--delete --name {LibreswanConf.ConnectionName}", cancellationToken);
        await AddAsync(connection, cancellationToken);
    }

    public Task<CommandResult> InitiateAsync(CancellationToken cancellationToken) =>
        _guest.RunAsync($"timeout 15 {Whack} --initiate --name {LibreswanConf.ConnectionName}", cancellationToken);

    public Task<CommandResult> RekeyChildAsync(CancellationToken cancellationToken) =>
        WhackAsync($"--rekey-child --name {LibreswanConf.ConnectionName}", cancellationToken);

    public Task<CommandResult> RekeyIkeAsync(CancellationToken cancellationToken) =>
        WhackAsync($"--rekey-ike --name {LibreswanConf.ConnectionName}", cancellationToken);

    public async Task<string> ListSasAsync(CancellationToken cancellationToken) =>
        (await WhackAsync("--showstates", cancellationToken)).EnsureSuccess().Output;

    public async Task KillAsync() =>
        (await _guest.RunAsync("pkill -9 -x pluto; rm -f /run/pluto/*", CancellationToken.None)).EnsureSuccess();

    public Task<CommandResult> AskAsync(string line, CancellationToken cancellationToken) => _guest.RunAsync(line, cancellationToken);

    public ValueTask DisposeAsync() => _guest.DisposeAsync();

    private async Task RestartAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        _credentials = connection.Credentials;
        await _guest.RunAsync("pkill -9 -x pluto; ip xfrm state flush; ip xfrm policy flush; rm -rf /run/nss /run/pluto", cancellationToken);
        (await _guest.RunAsync("mkdir -p /run/nss /run/pluto && certutil -N -d sql:/run/nss --empty-password", cancellationToken)).EnsureSuccess();
        if (connection.Credentials is { } credentials)
            await ImportAsync(credentials, cancellationToken);
        Write(connection);
        (await _guest.RunAsync($"pluto --config /lab/ipsec.conf --nofork --stderrlog >> /lab/{LogFile} 2>&1 &", cancellationToken)).EnsureSuccess();
        await Wait.UntilAsync("pluto listens", async () => (await _guest.RunAsync($"{Whack} --status", cancellationToken)).Succeeded,
            StartLimit, cancellationToken);
        await AddAsync(connection, cancellationToken);
    }

    private async Task AddAsync(PeerConnection connection, CancellationToken cancellationToken)
    {
        Write(connection);
        (await WhackAsync("--rereadsecrets", cancellationToken)).EnsureSuccess();
        (await _guest.RunAsync($"ipsec addconn --config /lab/ipsec.conf --ctlsocket /run/pluto/pluto.ctl {LibreswanConf.ConnectionName}",
            cancellationToken)).EnsureSuccess();
        (await WhackAsync("--listen", cancellationToken)).EnsureSuccess();
    }

    private void Write(PeerConnection connection)
    {
        _guest.WriteFile("ipsec.conf", LibreswanConf.Ipsec(connection));
        _guest.WriteFile("ipsec.secrets", LibreswanConf.Secrets(connection));
    }

    // pluto reads certificates and keys from NSS only.
    private async Task ImportAsync(PeerCredentials credentials, CancellationToken cancellationToken)
    {
        _guest.WriteFile("ca.pem", credentials.Authority);
        _guest.WriteFile("peer.pem", credentials.Certificate);
        _guest.WriteFile("peer.key", credentials.Key);
        foreach (string line in (string[])["certutil -A -d sql:/run/nss -n ca -t CT,, -a -i /lab/ca.pem",
            $"openssl pkcs12 -export -name {LibreswanConf.Nickname} -in /lab/peer.pem -inkey /lab/peer.key -out /run/peer.p12 -passout pass:lab",
            "pk12util -i /run/peer.p12 -d sql:/run/nss -W lab"])
        {
            (await _guest.RunAsync(line, cancellationToken)).EnsureSuccess();
        }
    }

    private Task<CommandResult> WhackAsync(string arguments, CancellationToken cancellationToken) =>
        _guest.RunAsync($"timeout 20 {Whack} {arguments}", cancellationToken);
}
