namespace K8sPqTunnel.Lab.Images.Bills;

/// <summary>When a document was made (UTC, whole seconds), and by which tool.</summary>
internal sealed record SpdxCreation(string Created, IReadOnlyList<string> Creators);
