namespace K8sPqTunnel.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The input was good, and it did not work.</summary>
    public const int Failure = 1;

    /// <summary>The input must be mended: an option, a file, a value.</summary>
    public const int BadInput = 2;
}
