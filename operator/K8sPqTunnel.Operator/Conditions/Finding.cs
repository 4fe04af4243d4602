using K8sPqTunnel.Api.Status;

namespace K8sPqTunnel.Operator.Conditions;

/// <summary>What a condition says, before it is compared with what it said.</summary>
internal readonly record struct Finding(ConditionStatus Status, string Reason, string Message);
