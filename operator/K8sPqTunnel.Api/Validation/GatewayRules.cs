using K8sPqTunnel.Api.Resources;

namespace K8sPqTunnel.Api.Validation;

/// <summary>spec.gateway and spec.gatewayRef: one of them at most.</summary>
internal static class GatewayRules
{
    private const int ExamplePort = 9510;
    private const int TcpEncapsulation = 4500;                             // RFC 9329

    public static void Read(IpsecTunnelSpec spec, SettingsDraft draft)
    {
        // Where the gateway listens is the operator's to say: it is no setting of the tunnel.
        if (NumberRules.Read(spec.Gateway?.MetricsPort, ExamplePort, 1024, 65535, "spec.gateway.metricsPort", draft) == TcpEncapsulation)
            draft.Report("spec.gateway.metricsPort", $"{TcpEncapsulation} is where IKE and ESP come over TCP: write another, for example {ExamplePort}");
        if (spec.GatewayRef is not { } reference)
            return;
        if (reference.Name is null || !IsName(reference.Name))
            draft.Report("spec.gatewayRef.name", $"\"{reference.Name}\" is no name of an IpsecGateway: write one as in its metadata.name, for example edge");
        if (spec.Gateway is not null)
        {
            draft.Report("spec.gateway", "it is for a tunnel with a gateway of its own: leave it out, and choose nodes in the spec of the IpsecGateway "
                + $"\"{reference.Name}\"");
        }
    }

    // RFC 1123 subdomain, as Kubernetes has it.
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 253 && name.Split('.').All(label =>
            label.Length > 0 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
}
