using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Whose order of proposals decides where the peer begins.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProposalOrder>))]
public enum ProposalOrder
{
    Ours,
    Theirs,
}
