using System.Runtime.InteropServices;

namespace K8sPqTunnel.Lab;

/// <summary>The .NET installation that runs this program; sandboxes get it bound at the same path.</summary>
public static class DotnetInstallation
{
    /// <summary>The folder that holds the <c>dotnet</c> muxer and <c>shared/</c>.</summary>
    public static string Home { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>The version of the runtime.</summary>
    public static string Version { get; } = Environment.Version.ToString();

    /// <summary>The <c>dotnet</c> command.</summary>
    public static string Program { get; } = Path.Combine(Home, "dotnet");
}
