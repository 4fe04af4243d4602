using K8sPqTunnel.Lab.Images;

namespace K8sPqTunnel.Lab.Tests.Images;

public sealed class ImageFileTests
{
    [Fact]
    public void The_last_stage_is_read()
    {
        ImageFile file = ImageFile.Parse("""
            FROM debian AS root
            RUN whatever

            # what counts
            FROM scratch
            COPY --from=root /tree/ /
            COPY app/ /opt/app/
            ENV A=b c
            USER 1:2
            ENTRYPOINT ["/opt/app/run", "now"]
            """);

        Assert.Equal([new ImageCopy("root", "tree", ""), new ImageCopy("", "app", "opt/app")], file.Copies);
        Assert.Equal(["A=b c"], file.Config.Environment);
        Assert.Equal("1:2", file.Config.User);
        Assert.Equal(["/opt/app/run", "now"], file.Config.Entrypoint);
    }

    [Theory]
    [InlineData("FROM scratch\nRUN rm -rf /")]
    [InlineData("FROM scratch\nCOPY --chown=1 a/ /b/")]
    [InlineData("FROM scratch\nWORKDIR /app")]
    [InlineData("FROM debian\nUSER 1")]
    [InlineData("USER 1")]
    public void What_the_engineless_build_would_not_do_is_refused(string text) => Assert.Throws<FormatException>(() => ImageFile.Parse(text));

    [Theory]
    [InlineData("operator")]
    [InlineData("daemon")]
    public void Our_own_files_can_be_built_without_an_engine(string image)
    {
        ImageFile file = ImageFile.Parse(File.ReadAllText(Path.Combine(Repository.Find().Root, "images", image, "Dockerfile")));
        Assert.Equal([("root", ""), ("", "usr/share/dotnet"), ("", "app")], file.Copies.Select(copy => (copy.Stage, copy.Target)));
        Assert.StartsWith("/app/", Assert.Single(file.Config.Entrypoint));
    }

    [Fact]
    public void The_operator_does_not_run_as_root()
    {
        ImageFile file = ImageFile.Parse(File.ReadAllText(Path.Combine(Repository.Find().Root, "images/operator/Dockerfile")));
        Assert.Equal("65532:65532", file.Config.User);
    }
}
