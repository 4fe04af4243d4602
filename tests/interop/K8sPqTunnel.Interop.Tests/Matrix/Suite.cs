namespace K8sPqTunnel.Interop.Tests.Matrix;

/// <summary>The algorithms of a cell, in strongSwan's keywords.</summary>
/// <param name="Name">In the report.</param>
/// <param name="Ike">Of the IKE SA.</param>
/// <param name="Child">Of the child SA.</param>
/// <param name="KeyExchanges">What our status must name.</param>
public sealed record Suite(string Name, string Ike, string Child, params string[] KeyExchanges)
{
    /// <summary>The policy that our tunnel has.</summary>
    public string Policy => Ike.Contains("mlkem", StringComparison.Ordinal) ? "Required" : "Preferred";

    /// <summary>What we offer: under Preferred a hybrid proposal stands first, and the peer must be able to pass it over.</summary>
    public string[] Offered => Policy == "Required" ? [Ike] : [Suites.Default.Ike, Ike];
}
