namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>What every object of the Kubernetes API has: its type and its metadata.</summary>
/// <remarks>
/// Implementations are immutable, because informers share one instance between all readers. Two rules of System.Text.Json's
/// source generator: <c>ApiVersion</c> and <c>Kind</c> are get-only constants (the items of a list come without them), and an
/// <c>init</c> property is <c>required</c> or nullable, since its initializer is lost when JSON is read.
/// </remarks>
public interface IKubernetesObject
{
    /// <summary>Group and version, <c>apps/v1</c>; the core group has only the version, <c>v1</c>.</summary>
    string ApiVersion { get; }

    string Kind { get; }

    ObjectMeta Metadata { get; }
}
