namespace K8sPqTunnel.Api.Schema;

/// <summary>A rule across fields in CEL, for API servers that evaluate it (Kubernetes 1.25 and newer).</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class RuleAttribute(string fieldPath, string expression, string message) : Attribute
{
    /// <summary>The field at fault, from the ruled object on, for example <c>.ike.proposals</c>: what a user's editor or GitOps tool points at.</summary>
    public string FieldPath { get; } = fieldPath;

    public string Expression { get; } = expression;

    public string Message { get; } = message;
}
