using System.Text.Json;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Admission;

/// <summary>Says of a tunnel, before it is stored, what its conditions would say afterwards: that a rule or a post-quantum policy refuses it.</summary>
internal sealed class TunnelAdmission(PolicyView policies)
{
    private const int Invalid = 422;

    /// <summary>Answers a request whose objects are IpsecTunnels.</summary>
    public AdmissionResponse Review(AdmissionRequest request)
    {
        IReadOnlyList<Problem> problems;
        try
        {
            problems = ProblemsOf(request);
        }
        catch (JsonException e)
        {
            problems = [new Problem(e.Path ?? "", $"this operator cannot read it: {e.Message}")];
        }

        return new AdmissionResponse
        {
            Uid = request.Uid,
            Allowed = problems.Count == 0,
            Status = problems.Count == 0 ? null : Refusal(request, problems),
        };
    }

    // As the API server itself says it of a field that its schema refuses: kubectl prints the causes, and of other answers the message.
    private static ApiStatus Refusal(AdmissionRequest request, IReadOnlyList<Problem> problems) => new()
    {
        Code = Invalid,
        Reason = "Invalid",
        Message = string.Join("; ", problems),
        Details = new ApiStatusDetails
        {
            Kind = IpsecTunnel.KindName,
            Name = request.Name,
            Causes = [.. problems.Select(problem => new ApiStatusCause { Reason = "FieldValueInvalid", Field = problem.Path, Message = problem.Message })],
        },
    };

    private IReadOnlyList<Problem> ProblemsOf(AdmissionRequest request)
    {
        if (Read(request.Object) is not { } tunnel)
            return [];
        // Labels, and the finalizer of a tunnel that goes, are free even where the spec would not be taken any more.
        if (tunnel.Metadata.IsBeingDeleted || (Read(request.OldObject) is { } before && SameSpec(before, tunnel)))
            return [];

        // An object that is made has its namespace in the request, and maybe not in itself; and its name only once it is stored, where it has a generateName.
        ObjectMeta metadata = tunnel.Metadata with
        {
            Namespace = request.Namespace ?? tunnel.Metadata.Namespace,
            Name = tunnel.Metadata.Name ?? "generated",
        };
        TunnelValidation validation = TunnelValidator.Validate((tunnel with { Metadata = metadata }).ToDocument());
        return validation.IsValid ? policies.ProblemsOf(validation.Settings) : validation.Problems;
    }

    private static TunnelResource? Read(JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Object } found ? found.Deserialize(OperatorJson.Default.TunnelResource) : null;

    private static bool SameSpec(TunnelResource before, TunnelResource after) => Text(before) == Text(after);

    private static string Text(TunnelResource tunnel) =>
        JsonSerializer.Serialize(new TunnelResource { Metadata = new ObjectMeta(), Spec = tunnel.Spec }, OperatorJson.Default.TunnelResource);
}
