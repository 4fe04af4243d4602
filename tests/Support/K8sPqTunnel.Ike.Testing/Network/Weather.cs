namespace K8sPqTunnel.Ike.Testing.Network;

/// <summary>How the network treats what is sent.</summary>
/// <param name="Loss">0 to 1.</param>
/// <param name="Duplication">0 to 1.</param>
/// <param name="Delay">Each datagram takes this long at least.</param>
/// <param name="Jitter">And up to this much longer, so that they overtake each other.</param>
internal sealed record Weather(double Loss, double Duplication, TimeSpan Delay, TimeSpan Jitter)
{
    /// <summary>Everything arrives from now on, once, in order, and as slowly as before: nothing overtakes what is on the way.</summary>
    public Weather Cleared() => new(0, 0, Delay, TimeSpan.Zero);
}
