using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>What encrypts the packets.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DataplaneChoice>))]
public enum DataplaneChoice
{
    Auto,
    Xfrm,
    Userspace,
}
