namespace K8sPqTunnel.Api.Schema;

/// <summary>A rule across fields in CEL, for API servers that evaluate it (Kubernetes 1.25 and newer).</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RuleAttribute(string expression, string message) : Attribute
{
    public string Expression { get; } = expression;

    public string Message { get; } = message;
}
