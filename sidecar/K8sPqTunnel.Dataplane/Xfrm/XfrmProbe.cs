using System.Net;
using System.Security.Cryptography;
using K8sPqTunnel.Dataplane.Guarding;
using K8sPqTunnel.Dataplane.Interop;
using K8sPqTunnel.Dataplane.Netlink;
using K8sPqTunnel.Dataplane.Netlink.Routing;
using K8sPqTunnel.Dataplane.Netlink.Xfrm;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Xfrm;

/// <summary>Asks the kernel whether it can carry ESP, by having it take a state and removing that again.</summary>
public static class XfrmProbe
{
    /// <summary>Between addresses that no packet has (RFC 5737 3), and with a reqid that no policy has.</summary>
    private static readonly XfrmState Trial = new()
    {
        Source = IPAddress.Parse("192.0.2.1"), Destination = IPAddress.Parse("192.0.2.2"), Spi = 0, Reqid = uint.MaxValue,
    };

    /// <summary>What keeps the kernel of this thread's network namespace from carrying one of the transforms; null if nothing does.</summary>
    /// <param name="needsInterface">Packets are to be routed into it (<see cref="WhyNoInterface"/>).</param>
    /// <param name="answers">Where the peer's health checks are to be answered (<see cref="AnswerTrial"/>).</param>
    /// <returns>One sentence with the missing kernel option or capability.</returns>
    public static string? WhyNot(IReadOnlyList<EspTransform> transforms, bool needsInterface = false, IReadOnlyList<IPAddress>? answers = null) =>
        WhyNoEsp(transforms) ?? (needsInterface ? WhyNoInterface() : null) ?? AnswerTrial.WhyNot(answers ?? []);

    private static string? WhyNoEsp(IReadOnlyList<EspTransform> transforms)
    {
        try
        {
            using var socket = new NetlinkSocket(NetlinkProtocol.Xfrm);
            var states = new XfrmStates(socket);
            return transforms.Select(transform => WhyNot(states, transform)).FirstOrDefault(reason => reason is not null);
        }
        catch (NetlinkException without) when (without.ErrorNumber == Errno.ProtocolNotSupported)
        {
            return "the kernel has no XFRM: it was built without CONFIG_XFRM_USER, or its module xfrm_user is not loaded";
        }
        catch (NetlinkException other)
        {
            return other.Message;
        }
    }

    internal const string NoInterfaces =
        "the kernel has no xfrm interface, which spec.traffic.mode: Route needs: it was built without CONFIG_XFRM_INTERFACE, or its module xfrm_interface is not loaded";

    /// <summary>What keeps the kernel of this thread's network namespace from having an interface by which packets are routed into ESP; null if nothing does.</summary>
    /// <returns>One sentence with the missing kernel option or capability.</returns>
    public static string? WhyNoInterface()
    {
        try
        {
            using var socket = new NetlinkSocket(NetlinkProtocol.Route);
            var links = new XfrmLinks(socket);
            string name = $"pqt{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
            links.Add(name, BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))) | 1);
            foreach (XfrmLink trial in links.List())
            {
                if (trial.Name == name)
                    links.Remove(trial);
            }
            return null;
        }
        catch (NetlinkException refused)
        {
            return refused.ErrorNumber == Errno.NotSupported ? NoInterfaces : refused.Message;
        }
    }

    private static string? WhyNot(XfrmStates states, EspTransform transform)
    {
        if (!EncryptionParameters.TryFind(transform.Encryption, transform.EncryptionKeyBits, out EncryptionParameters? parameters))
            return $"the kernel's data plane can't carry ESP with {transform.Encryption} {transform.EncryptionKeyBits}";
        int integrity = Integrity.KeyLengthOf(transform.Integrity);
        using var keys = new ChildSaKeys(
            new Secret(RandomNumberGenerator.GetBytes(parameters.KeyMaterialLength)),
            integrity == 0 ? null : new Secret(RandomNumberGenerator.GetBytes(integrity)));
        XfrmState state = (Trial with
        {
            Spi = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))) | EspSpi.Lowest,
            Flags = XfrmStateFlags.AnyFamily | (transform.ExtendedSequenceNumbers ? XfrmStateFlags.ExtendedSequence : XfrmStateFlags.None),
            ReplayWindow = transform.ExtendedSequenceNumbers ? XfrmState.LongestWindow : 0,
        }).WithAlgorithms(transform, keys);
        try
        {
            states.Add(state);
            states.Remove(state.Id);
            return null;
        }
        catch (NetlinkException refused)
        {
            return Explain(refused, transform, parameters);
        }
    }

    private static string Explain(NetlinkException refused, EspTransform transform, EncryptionParameters parameters) => refused.ErrorNumber switch
    {
        Errno.NotPermitted => "the process may not program the kernel's ESP: it needs the capability NET_ADMIN in the user namespace of its network namespace",
        Errno.ProtocolNotSupported => "the kernel has no ESP: it was built without CONFIG_INET_ESP, or its module esp4 is not loaded",
        Errno.NotImplemented => $"the kernel has no {parameters.Keyword} for ESP: it was built without {XfrmTransforms.KernelOptionOf(transform)} (or without CONFIG_INET_ESP), or the module is not loaded",
        _ => refused.Message,
    };
}
