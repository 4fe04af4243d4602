namespace K8sPqTunnel.Lab;

/// <summary>The lab cannot go on. The message is one sentence or two for the person at the terminal, with what to do.</summary>
public sealed class LabException : Exception
{
    public LabException(string message)
        : base(message)
    {
    }

    public LabException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
