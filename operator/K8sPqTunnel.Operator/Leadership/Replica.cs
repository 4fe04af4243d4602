using System.Net;

namespace K8sPqTunnel.Operator.Leadership;

/// <summary>One process of the operator, as it signs the Lease.</summary>
/// <param name="Name">Its pod.</param>
/// <param name="Endpoint">Where it serves daemons; null where nothing has told it.</param>
internal sealed record Replica(string Name, IPEndPoint? Endpoint)
{
    // No name of a pod has one.
    private const char Separator = '_';

    /// <summary>Reads a Lease's holder; one that another program has signed has no endpoint.</summary>
    public static Replica Parse(string holder) =>
        holder.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var at
        && IPEndPoint.TryParse(holder.AsSpan(at + 1), out IPEndPoint? endpoint) && endpoint.Port != 0
            ? new Replica(holder[..at], endpoint)
            : new Replica(holder, null);

    /// <summary>The Lease's holder: NAME_ADDRESS:PORT, or only NAME.</summary>
    public override string ToString() => Endpoint is null ? Name : $"{Name}{Separator}{Endpoint}";
}
