using System.Text.Json.Serialization;

namespace K8sPqTunnel.Api.Resources;

/// <summary>Whose IKE implementation the peer runs; <see cref="Settings.ProfileDefaults"/> has a row for each.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PeerProfile>))]
public enum PeerProfile
{
    Generic,
    StrongSwan,
    Cloudflare,
    Cisco8000,
    FortiOS,
    Libreswan,
    PaloAlto,
}
