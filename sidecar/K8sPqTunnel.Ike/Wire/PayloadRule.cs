namespace K8sPqTunnel.Ike.Wire;

/// <summary>How often a payload may appear in a message.</summary>
/// <param name="AtLeast">Times it has to be there.</param>
/// <param name="AtMost">Times it may be there; bounds the work that one message can cause.</param>
internal readonly record struct PayloadRule(PayloadType Type, int AtLeast, int AtMost, Inside Inside);
