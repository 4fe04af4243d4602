namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>What a policy routing rule does (FR_ACT_ of linux/fib_rules.h).</summary>
internal enum RuleAction : byte
{
    /// <summary>Look into the table; if that has no route, go on.</summary>
    Lookup = 1,

    /// <summary>Go on at the rule with another priority.</summary>
    Goto = 2,
}
