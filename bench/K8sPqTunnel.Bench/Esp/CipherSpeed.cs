using System.Globalization;
using K8sPqTunnel.Lab.Networks;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Bench.Esp;

/// <summary>What <c>openssl speed</c> says of AES-256-GCM on one processor.</summary>
internal static class CipherSpeed
{
    // Of a TCP segment that fills its packet, about.
    private const int PacketLength = 1400;

    /// <returns>Octets per second.</returns>
    public static async Task<double> MeasureAsync(Site site, CancellationToken cancellationToken)
    {
        CommandResult speed = (await site.RunAsync(
            new Command("openssl", "speed", "-mr", "-seconds", "2", "-bytes", $"{PacketLength}", "-evp", "aes-256-gcm"), cancellationToken)).EnsureSuccess();
        // +F:22:AES-256-GCM:5213456789.00
        string figure = speed.Output.Split('\n').Last(line => line.StartsWith("+F:", StringComparison.Ordinal)).Split(':')[^1];
        return double.Parse(figure, CultureInfo.InvariantCulture);
    }
}
