using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Events;

namespace K8sPqTunnel.Simulation.Tests.Watch;

/// <summary>What a run has shown: whether the options that its seed chose had their effect.</summary>
internal sealed class Evidence
{
    /// <summary>IKE SAs that came up, at either end.</summary>
    public List<IkeSaEstablished> Established { get; } = [];

    /// <summary>Why attempts failed and peers were turned away.</summary>
    public HashSet<FailureReason> Failures { get; } = [];

    /// <summary>Exchange types on the wire.</summary>
    public HashSet<byte> Exchanges { get; } = [];

    /// <summary>Notifies of IKE_SA_INIT.</summary>
    public HashSet<ushort> InitNotifies { get; } = [];

    /// <summary>Messages went in fragments (RFC 7383).</summary>
    public bool Fragments { get; set; }

    /// <summary>Datagrams that were too long for the path.</summary>
    public int TooLong { get; set; }

    /// <summary>SAs went over to another path.</summary>
    public int PathChanges { get; private set; }

    public bool Redirected { get; private set; }

    /// <summary>A child came up by CREATE_CHILD_SA that replaces none.</summary>
    public bool ChildWithOwnKeys { get; private set; }

    /// <summary>A child carries less than was asked for.</summary>
    public bool Narrowed { get; private set; }

    public int ChildRekeys { get; private set; }

    public int IkeRekeys { get; private set; }

    /// <summary>Children that were rekeyed for the packets they carried.</summary>
    public int LimitsReached { get; set; }

    /// <summary>Attempts that a packet began.</summary>
    public int Triggers { get; set; }

    /// <summary>Checks of certificates that took their time.</summary>
    public int SlowChecks { get; set; }

    /// <summary>Processes that began again.</summary>
    public int Restarts { get; set; }

    public int ClockJumps { get; set; }

    /// <summary>Packets that came through.</summary>
    public int Packets { get; set; }

    public bool Has(Func<IkeSaEstablished, bool> what) => Established.Exists(sa => what(sa));

    public void Take(IkeEvent told, ConnectionConfig config)
    {
        switch (told)
        {
            case IkeSaEstablished established:
                Established.Add(established);
                break;
            case ConnectionFailed failed:
                Failures.Add(failed.Failure.Reason);
                break;
            case PeerTurnedAway away:
                Failures.Add(away.Failure.Reason);
                break;
            case PathChanged:
                PathChanges++;
                break;
            case PeerRedirected:
                Redirected = true;
                break;
            case RekeyEnded { Outcome: RekeyOutcome.Done } rekey:
                ChildRekeys += rekey.Kind == RekeyKind.Child ? 1 : 0;
                IkeRekeys += rekey.Kind == RekeyKind.Ike ? 1 : 0;
                break;
            case ChildUp up:
                ChildWithOwnKeys |= up is { Replaces: null, KeyExchanges.Count: > 0 };
                Narrowed |= !up.RemoteSelectors.All(config.RemoteSelectors.Contains) || !up.LocalSelectors.All(config.LocalSelectors.Contains);
                break;
        }
    }
}
