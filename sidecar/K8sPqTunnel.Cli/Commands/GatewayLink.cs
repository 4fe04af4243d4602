namespace K8sPqTunnel.Cli.Commands;

/// <summary>What the command line says of a gateway and its operator; null for what it does not say.</summary>
internal sealed record GatewayLink(string Operator, string? Authority, string? Token, string? Gateway, string? Kept)
{
    /// <summary>What is missing or wrong, in a sentence; null when nothing is.</summary>
    public string? Flaw()
    {
        if (!Uri.TryCreate(Operator, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttps)
            return $"--operator {Operator}: not an https address; write https://HOST:PORT";
        if (Authority is null || Token is null)
            return "--operator needs --operator-ca and --operator-token: the daemon talks to no operator that it cannot check, nor without its own proof";
        if (Gateway?.Split('/') is not [{ Length: > 0 }, { Length: > 0 }])
            return "--operator needs --gateway NAMESPACE/NAME: the gateway that this daemon is";
        return Kept is null ? "--operator needs --kept DIR: a folder in memory for what the operator sends" : null;
    }
}
