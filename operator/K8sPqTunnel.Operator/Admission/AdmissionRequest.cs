using System.Text.Json;

namespace K8sPqTunnel.Operator.Admission;

/// <summary>The question: may this object become so?</summary>
internal sealed record AdmissionRequest
{
    public required string Uid { get; init; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string? Operation { get; init; }

    public string? Namespace { get; init; }

    /// <summary>Empty where the API server makes one up.</summary>
    public string? Name { get; init; }

    /// <summary>The object as it shall be.</summary>
    public JsonElement? Object { get; init; }

    /// <summary>The object as it is, of an UPDATE.</summary>
    public JsonElement? OldObject { get; init; }
}
