namespace K8sPqTunnel.Operator.Hosting;

/// <summary>The environment asks for something that cannot be; the message says what to set.</summary>
internal sealed class OptionsException(string message) : Exception(message);
