namespace K8sPqTunnel.Ike.Exchanges;

/// <summary>The kinds of <see cref="TaskStep"/>.</summary>
internal enum StepKind
{
    Done,
    Ignore,
    Again,
    Later,
    Next,
    Doubt,
    Fail,
}
