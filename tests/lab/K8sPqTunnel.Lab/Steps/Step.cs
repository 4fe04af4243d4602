namespace K8sPqTunnel.Lab.Steps;

/// <summary>One line of what the person at the terminal watches.</summary>
public sealed class Step(string title)
{
    public string Title { get; } = title;

    /// <summary>What is said after the title: while it runs what it is at, at the end what came of it.</summary>
    public string Note { get; set; } = "";

    /// <summary>It ended without an exception and is a failure all the same.</summary>
    public bool Failed { get; set; }

    internal bool Ended { get; set; }
}
