namespace K8sPqTunnel.Api.Validation;

/// <summary>Something wrong with a tunnel or a document: where, and one sentence that says what to do.</summary>
/// <param name="Path">The field, for example <c>spec.traffic.remote[1]</c>; empty for the whole document.</param>
/// <param name="Message">The sentence, without the path and without a closing full stop.</param>
/// <param name="Line">The line in the file, from 1; 0 when there is no file.</param>
/// <param name="Document">The file's name; null when there is none.</param>
public sealed record Problem(string Path, string Message, int Line = 0, string? Document = null)
{
    /// <summary>For example <c>tunnel.yaml:12: spec.peer.adresses: unknown field, did you mean "addresses"?</c></summary>
    public override string ToString()
    {
        string where = (Document, Line) switch
        {
            (null, 0) => "",
            (null, _) => $"line {Line}: ",
            (_, 0) => $"{Document}: ",
            _ => $"{Document}:{Line}: ",
        };
        return Path.Length == 0 ? where + Message : $"{where}{Path}: {Message}";
    }
}
