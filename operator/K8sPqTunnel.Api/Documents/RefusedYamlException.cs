using K8sPqTunnel.Api.Validation;

namespace K8sPqTunnel.Api.Documents;

/// <summary>Ends the reading of a YAML file whose form is refused; never leaves <see cref="YamlReader"/>.</summary>
internal sealed class RefusedYamlException(Problem problem) : Exception(problem.Message)
{
    public Problem Problem { get; } = problem;
}
