namespace K8sPqTunnel.Operator.Resources;

/// <summary>Who the operator is to server-side apply and in events.</summary>
internal static class FieldManager
{
    public const string Name = "pqtunnel-operator";
    public const string Controller = "pqtunnel.io/operator";
}
