using FsCheck;
using FsCheck.Fluent;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>Makes choices as a stranger could send them: transforms of the known types, mostly near one of the offers.</summary>
internal static class Answers
{
    private static readonly Transform[] Known =
    [
        .. EncryptionParameters.All.Select(Transform.Of),
        .. Enum.GetValues<PrfId>().Select(Transform.Of),
        .. Enum.GetValues<IntegrityId>().Select(Transform.Of),
        Transform.Of(KeyExchangeMethod.None),
        .. KeyExchangeParameters.All.Select(row => Transform.Of(row.Method)),
        new(TransformType.SequenceNumbers, Transform.SequenceNumbers32),
        new(TransformType.SequenceNumbers, Transform.SequenceNumbers64),
        .. Enumerable.Range(1, 7).Select(round => Transform.Additional(round, KeyExchangeMethod.None)),
        .. Enumerable.Range(1, 7).Select(round => Transform.Additional(round, KeyExchangeMethod.MlKem1024)),
    ];

    public static Gen<AnsweredProposal> From(IReadOnlyList<IReadOnlyList<Transform>> offers) =>
        from index in Gen.Choose(0, offers.Count - 1)
        from chosen in Gen.CollectToList(offers[index], Near)
        from more in Gen.Frequency((3, Gen.Constant<Transform[]>([])), (1, Gen.ArrayOf(Gen.Elements(Known))))
        select new AnsweredProposal((byte)(index + 1), [.. chosen.SelectMany(each => each), .. more]);

    // As offered, left out, NONE, or another of its type.
    private static Gen<Transform[]> Near(Transform offered) => Gen.Frequency(
        (7, Gen.Constant<Transform[]>([offered])),
        (1, Gen.Constant<Transform[]>([])),
        (1, Gen.Constant<Transform[]>([offered with { Id = 0, KeyBits = 0 }])),
        (1, Gen.Elements(Known.Where(t => t.Type == offered.Type)).Select(other => new[] { other })));
}
