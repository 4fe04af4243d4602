using System.CommandLine;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Cli.Output;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Sidecar.Control;

namespace K8sPqTunnel.Cli.Commands;

/// <summary>`pqtunnel rekey`: has a running tunnel make fresh keys now.</summary>
internal static class RekeyCommand
{
    public static Command Create()
    {
        Option<string> file = CommonOptions.File(required: true);
        Option<string?> tunnel = CommonOptions.Tunnel();
        Option<string?> control = CommonOptions.Control();
        Option<bool> child = new("--child") { Description = "Fresh keys for the child SAs. The default." };
        Option<bool> ike = new("--ike") { Description = "Fresh keys for the IKE SA, from which later child SAs derive." };
        var command = new Command("rekey", "Has a running tunnel make fresh keys now, without a gap in its traffic; `pqtunnel status` shows the result.")
        {
            file, tunnel, control, child, ike,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetRequiredValue(file), parsed.GetValue(tunnel), parsed.GetValue(control),
            Kinds(parsed.GetValue(child), parsed.GetValue(ike)), cancellation));
        return command;
    }

    // The IKE SA first: the children then derive from its fresh keys.
    private static RekeyKind[] Kinds(bool child, bool ike) => (child, ike) switch
    {
        (true, true) => [RekeyKind.Ike, RekeyKind.Child],
        (_, true) => [RekeyKind.Ike],
        _ => [RekeyKind.Child],
    };

    private static async Task<int> RunAsync(string file, string? tunnel, string? control, RekeyKind[] kinds, CancellationToken cancellation)
    {
        if (TunnelInput.ReadSettings(file, tunnel, out IReadOnlyList<string> errors) is not { } settings)
            return Complaint.BadInput(errors);

        using var daemon = new ControlClient(control ?? ControlSocket.PathOf(settings.Namespace, settings.Name));
        foreach (RekeyKind kind in kinds)
        {
            if (!await daemon.RekeyAsync(kind, cancellation))
                return Complaint.Failure($"tunnel \"{settings.Name}\": no daemon serves it here: start it with `pqtunnel up -f {file}`");
        }

        return ExitCode.Success;
    }
}
