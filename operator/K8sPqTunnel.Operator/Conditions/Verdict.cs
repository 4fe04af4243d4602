namespace K8sPqTunnel.Operator.Conditions;

/// <summary>Why a condition is not what it should be.</summary>
/// <param name="Reason">One CamelCase word.</param>
/// <param name="Message">One sentence that says what to do.</param>
/// <param name="Stalled">Nothing moves before somebody changes something.</param>
/// <param name="Unknown">The truth is not known, rather than known to be bad.</param>
internal sealed record Verdict(string Reason, string Message, bool Stalled = false, bool Unknown = false);
