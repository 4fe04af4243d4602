namespace K8sPqTunnel.Lab.Steps;

/// <summary>A titled piece of work for <see cref="StepRunner.RunAllAsync"/>.</summary>
public sealed record LabStep(string Title, Func<Step, Task> Work);
