using K8sPqTunnel.Lab.Peers;

namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>What both ends of a cell prove themselves with.</summary>
/// <param name="Name">In the report.</param>
/// <param name="Keys">Of the certificates; null for a pre-shared key.</param>
/// <param name="Signatures">How they sign.</param>
public sealed record Proof(string Name, KeyKind? Keys = null, SignatureScheme Signatures = SignatureScheme.Usual)
{
    /// <summary>Our setting for an RSA key.</summary>
    public string RsaSignature => Signatures switch
    {
        SignatureScheme.Pkcs1 => "Pkcs1",
        SignatureScheme.Older => "Sha1",
        _ => "Pss",
    };

    public override string ToString() => Name;
}
