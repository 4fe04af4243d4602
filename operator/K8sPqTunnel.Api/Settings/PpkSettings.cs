using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Settings;

/// <summary>A postquantum preshared key, PPK (RFC 8784, RFC 9867).</summary>
/// <param name="Id">What both ends call it.</param>
/// <param name="Secret">Where it is.</param>
/// <param name="Encoding">How the Secret's value is read; null: as text, unless strongSwan would decode it.</param>
/// <param name="Required">The tunnel stays down where the peer has none of the keys.</param>
/// <param name="Path">The field that names it, for example <c>spec.authentication.ppk[0]</c>.</param>
public sealed record PpkSettings(string Id, SecretReference Secret, PskEncoding? Encoding, bool Required, string Path);
