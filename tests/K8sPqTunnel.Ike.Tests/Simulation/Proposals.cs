using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Negotiation;

namespace K8sPqTunnel.Ike.Tests.Simulation;

/// <summary>
/// Short writing for proposals in tests: <c>20/256 prf6 ecp384 mlkem768</c>; key exchanges after the first are additional.
/// </summary>
internal static class Proposals
{
    public static IkeProposal Parse(string text)
    {
        List<Transform> transforms = [];
        int round = 0;
        foreach (string word in text.Split(' '))
        {
            if (word.StartsWith("prf", StringComparison.Ordinal))
                transforms.Add(Transform.Of((PrfId)ushort.Parse(word[3..])));
            else if (word.StartsWith("integ", StringComparison.Ordinal))
                transforms.Add(Transform.Of((IntegrityId)ushort.Parse(word[5..])));
            else if (KeyExchangeParameters.All.FirstOrDefault(row => row.Keyword == word) is { } method)
                transforms.Add(round++ == 0 ? Transform.Of(method.Method) : Transform.Additional(round - 1, method.Method));
            else
                transforms.Add(Encryption(word));
        }

        return new IkeProposal(transforms);
    }

    private static Transform Encryption(string word)
    {
        string[] parts = word.Split('/');
        return new Transform(TransformType.Encryption, ushort.Parse(parts[0]), int.Parse(parts[1]));
    }
}
