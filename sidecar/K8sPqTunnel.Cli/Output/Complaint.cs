namespace K8sPqTunnel.Cli.Output;

/// <summary>Errors for people: sentences on standard error.</summary>
internal static class Complaint
{
    /// <summary>Says that something did not work.</summary>
    public static int Failure(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return ExitCode.Failure;
    }

    /// <summary>Says what in the input must be mended, a line each.</summary>
    public static int BadInput(params IEnumerable<string> sentences)
    {
        foreach (string sentence in sentences)
            Console.Error.WriteLine(sentence);
        return ExitCode.BadInput;
    }
}
