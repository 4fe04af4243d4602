using System.Text.Json.Serialization;

namespace K8sPqTunnel.Kubernetes.Meta;

/// <summary>A number, or a name or percentage (a port 8443 or <c>health</c>, a limit 1 or <c>25%</c>).</summary>
[JsonConverter(typeof(IntOrStringConverter))]
public readonly record struct IntOrString
{
    public IntOrString(int number) => Number = number;

    public IntOrString(string text) => Text = text;

    /// <summary>Meaningful when <see cref="Text"/> is null.</summary>
    public int Number { get; }

    public string? Text { get; }

    public static implicit operator IntOrString(int number) => new(number);

    public static implicit operator IntOrString(string text) => new(text);

    public override string ToString() => Text ?? Number.ToString();
}
