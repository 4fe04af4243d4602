using System.Diagnostics.CodeAnalysis;
using K8sPqTunnel.Api.Settings;

namespace K8sPqTunnel.Api.Validation;

/// <summary>A tunnel's settings, or why it has none.</summary>
public sealed record TunnelValidation(TunnelSettings? Settings, IReadOnlyList<Problem> Problems)
{
    [MemberNotNullWhen(true, nameof(Settings))]
    public bool IsValid => Settings is not null;
}
