using Spectre.Console;

namespace K8sPqTunnel.Lab.Steps;

/// <summary>Where steps and tables are shown: colours and a live line at a terminal, plain unwrapped lines in a log.</summary>
public static class LabConsole
{
    // A log has no edge to wrap at.
    private const int LogWidth = 240;

    public static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Create(new AnsiConsoleSettings());
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        plain.Profile.Width = LogWidth;
        return plain;
    }
}
