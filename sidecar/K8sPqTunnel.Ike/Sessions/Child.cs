using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Sessions;

/// <summary>A child SA as its IKE SA keeps it: from its installation until nothing of it is left.</summary>
/// <param name="sa">The data plane's from its installation on.</param>
/// <param name="spec">What it was asked for; null where the peer made it for traffic of its own choice.</param>
/// <param name="proposal">The chosen algorithms in strongSwan's keywords.</param>
/// <param name="keyExchanges">Its own, without those of the IKE SA.</param>
internal sealed class Child(ChildSa sa, ChildSpec? spec, string proposal, IReadOnlyList<KeyExchangeParameters> keyExchanges)
{
    public ChildSa Sa { get; } = sa;

    public ChildSpec? Spec { get; } = spec;

    public string Proposal { get; } = proposal;

    public IReadOnlyList<KeyExchangeParameters> KeyExchanges { get; } = keyExchanges;

    public ChildState State { get; set; } = ChildState.Up;

    /// <summary>The one that it replaces, while that is there.</summary>
    public Child? Predecessor { get; set; }

    /// <summary>Our traffic runs through it.</summary>
    public bool IsTurned { get; set; }

    /// <summary>
    /// The peer is known to have it. One that the peer has asked for it may not have yet, while our answer is on the way: until it is heard
    /// of again, that child is neither rekeyed nor deleted.
    /// </summary>
    public bool IsConfirmed { get; set; } = true;

    /// <summary>When our traffic turns to it at the latest; null where something else decides.</summary>
    public TimeSpan? TurnAt { get; set; }

    /// <summary>When to ask for its successor.</summary>
    public TimeSpan RekeyAt { get; set; }

    /// <summary>It has carried nearly all that it may (RFC 4301 4.4.2.1).</summary>
    public bool IsWorn { get; set; }

    /// <summary>The peer was too busy for that (RFC 7296 2.25).</summary>
    public bool IsPutOff { get; set; }

    /// <summary>When it may carry nothing more.</summary>
    public TimeSpan EndsAt { get; set; }

    /// <summary>When the last of a deleted one is removed.</summary>
    public TimeSpan RemoveAt { get; set; }

    /// <summary>A deletion that waits for the successor to be known to all of the peer.</summary>
    public TimeSpan? DeleteAt { get; set; }

    /// <summary>The data plane has it no more.</summary>
    public bool IsDiscarded { get; set; }

    /// <summary>The world outside knows that it is gone.</summary>
    public bool IsReportedDown { get; set; }

    /// <summary>The first of a row of rekeys is 0.</summary>
    public int Generation { get; set; }

    /// <summary>It replaces another, or what replaces that.</summary>
    public bool Succeeds(Child other)
    {
        Child? earlier = Predecessor;
        while (earlier is not null && earlier != other)
            earlier = earlier.Predecessor;
        return earlier is not null;
    }

    /// <summary>It carries traffic, or would if there were some.</summary>
    public bool IsAlive => State is ChildState.Up or ChildState.Rekeying or ChildState.Rekeyed;
}
