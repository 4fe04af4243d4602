using System.Text.RegularExpressions;
using K8sPqTunnel.Lab;
using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>A question to a running peer whether it can do something.</summary>
/// <param name="Line">Shell, run beside it.</param>
/// <param name="Understood">What its answer matches, whether it can or not: else the question has become wrong.</param>
/// <param name="Can">What its answer matches where it can.</param>
internal sealed record PeerQuestion(string Line, string Understood, string Can)
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(1);

    /// <summary>Whether the peer can.</summary>
    /// <exception cref="LabException">Its answer says neither.</exception>
    public async Task<bool> AskAsync(IPeer peer, CancellationToken stop)
    {
        string answer = (await peer.AskAsync($"({Line}) 2>&1", stop)).Output;
        if (!Matches(answer, Understood))
            throw new LabException($"\"{Line}\" was to be answered with \"{Understood}\" in it: {answer.Trim()}");
        return Matches(answer, Can);
    }

    private static bool Matches(string answer, string pattern) =>
        Regex.IsMatch(answer, pattern, RegexOptions.IgnoreCase | RegexOptions.Multiline, MatchLimit);
}
