using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Lab.Peers;

/// <summary>A running IKE daemon of someone else with one connection.</summary>
public interface IPeer : IAsyncDisposable
{
    /// <summary>As it calls itself, for example "strongSwan 6.1.0".</summary>
    string Version { get; }

    /// <summary>What it logged so far.</summary>
    string Log { get; }

    /// <summary>Ends its SAs, without telling the other end if need be, and replaces its connection.</summary>
    /// <exception cref="LabException">It refuses the connection.</exception>
    Task LoadAsync(PeerConnection connection, CancellationToken cancellationToken);

    /// <summary>Sets the tunnel up from this side and waits for the answer.</summary>
    Task<CommandResult> InitiateAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the child SA.</summary>
    Task<CommandResult> RekeyChildAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the IKE SA.</summary>
    Task<CommandResult> RekeyIkeAsync(CancellationToken cancellationToken);

    /// <summary>Its SAs in its own words.</summary>
    Task<string> ListSasAsync(CancellationToken cancellationToken);

    /// <summary>Runs a line of shell beside it, with its programs.</summary>
    Task<CommandResult> AskAsync(string line, CancellationToken cancellationToken);

    /// <summary>Ends it without a word to its peers.</summary>
    Task KillAsync();
}
