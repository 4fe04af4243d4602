namespace K8sPqTunnel.Operator.Leadership;

/// <summary>Another replica has led since this one did: what this one remembers may no longer be so, and its process begins anew.</summary>
internal sealed class LeadershipLostException(string lease) : Exception($"another replica has taken the lease {lease}: this one begins anew");
