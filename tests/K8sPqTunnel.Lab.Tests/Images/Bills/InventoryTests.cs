using K8sPqTunnel.Lab.Images.Bills;

namespace K8sPqTunnel.Lab.Tests.Images.Bills;

public sealed class InventoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pqt-bill-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Control_files_tell_Debians_packages()
    {
        Write("var/lib/dpkg/status.d/libc6", """
            Package: libc6
            Version: 2:2.41-12+b1
            Architecture: amd64
            Description: GNU C Library
             Contains the standard libraries: shared by all programs.
            """);
        Assert.Equal(
            [new SoftwarePackage("libc6", "2:2.41-12+b1", "pkg:deb/debian/libc6@2%3A2.41-12%2Bb1?arch=amd64&distro=trixie", "Organization: Debian")],
            DebianInventory.Read(_root, "trixie"));
    }

    [Fact]
    public void A_root_that_does_not_say_what_it_holds_is_no_empty_one()
    {
        Assert.Contains("does not say", Assert.Throws<LabException>(() => DebianInventory.Read(_root, "trixie")).Message);
        Write("var/lib/dpkg/status.d/libc6", "nothing");
        Assert.Contains("no package's control file", Assert.Throws<LabException>(() => DebianInventory.Read(_root, "trixie")).Message);
    }

    [Fact]
    public void A_programs_deps_file_tells_its_NuGet_packages_and_not_its_own_projects()
    {
        Write("program.deps.json", """
            {"libraries": {
              "K8sPqTunnel.Operator/0.1.0": {"type": "project"},
              "YamlDotNet/16.3.0": {"type": "package"},
              "Google.Protobuf/3.33.0": {"type": "package"}}}
            """);
        Assert.Equal(
            ["pkg:nuget/Google.Protobuf@3.33.0", "pkg:nuget/YamlDotNet@16.3.0"],
            NugetInventory.Read(Path.Combine(_root, "program.deps.json")).Select(package => package.Url));
    }

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
