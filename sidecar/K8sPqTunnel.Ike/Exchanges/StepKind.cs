namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The kinds of <see cref="TaskStep"/>.</summary>
internal enum StepKind
{
    Done,
    Again,
    Next,
    Doubt,
    Fail,
}
