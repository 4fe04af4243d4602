namespace K8sPqTunnel.Lab.Images;

/// <summary>One <c>COPY</c> of a Dockerfile's last stage; each becomes a layer.</summary>
/// <param name="Stage">The stage that is copied from, or empty: the build context.</param>
/// <param name="Source">A folder of the stage or of the build context, without slashes at its ends.</param>
/// <param name="Target">Where the folder's content goes in the image, without slashes at its ends; empty is the image's root.</param>
internal sealed record ImageCopy(string Stage, string Source, string Target)
{
    private const string From = "--from=";

    /// <summary>Reads what follows the word <c>COPY</c>.</summary>
    public static ImageCopy Parse(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [var stage, var source, var target] when stage.StartsWith(From, StringComparison.Ordinal) =>
            new ImageCopy(stage[From.Length..], source.Trim('/'), target.Trim('/')),
        [var source, var target] when !source.StartsWith('-') => new ImageCopy("", source.Trim('/'), target.Trim('/')),
        _ => throw new FormatException($"\"COPY {text}\": expected \"COPY [--from=STAGE] SOURCE/ TARGET/\"."),
    };
}
