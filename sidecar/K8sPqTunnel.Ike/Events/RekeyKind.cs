namespace K8sPqTunnel.Ike.Events;

/// <summary>What a rekey gave fresh keys.</summary>
public enum RekeyKind
{
    Child,
    Ike,
}
