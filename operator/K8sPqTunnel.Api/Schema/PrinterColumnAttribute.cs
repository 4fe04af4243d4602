namespace K8sPqTunnel.Api.Schema;

/// <summary>A column of `kubectl get`.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string jsonPath) : Attribute
{
    public string Name { get; } = name;

    public string JsonPath { get; } = jsonPath;

    /// <summary>string, integer, number, boolean or date.</summary>
    public string Type { get; init; } = "string";

    /// <summary>0: always shown; 1: shown with `-o wide`.</summary>
    public int Priority { get; init; }

    public string? Description { get; init; }
}
