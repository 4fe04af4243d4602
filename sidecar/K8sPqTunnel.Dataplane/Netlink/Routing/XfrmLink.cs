namespace K8sPqTunnel.Dataplane.Netlink.Routing;

/// <summary>An interface of kind "xfrm".</summary>
/// <param name="Index">Its number in this network namespace.</param>
/// <param name="InterfaceId">if_id of the policies and states that its packets meet.</param>
/// <param name="Refused">Packets routed into it since it was made that no SA carried: blocked by a policy, or without a policy or a state.</param>
internal readonly record struct XfrmLink(int Index, string Name, uint InterfaceId, long Refused = 0);
