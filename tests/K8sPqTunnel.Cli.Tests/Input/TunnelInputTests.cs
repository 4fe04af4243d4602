using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Cli.Input;
using K8sPqTunnel.Ike.Authentication;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Cli.Tests.Input;

public sealed class TunnelInputTests : IDisposable
{
    private const string Tunnel = """
        apiVersion: pqtunnel.io/v1alpha1
        kind: IpsecTunnel
        metadata: {name: berlin}
        spec:
          peer: {addresses: [198.51.100.7]}
          authentication: {psk: {secretRef: {name: berlin-psk}}}
          traffic: {local: [10.1.0.0/24], remote: [10.20.0.0/24]}

        """;

    private const string SecretInFile = """
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: berlin-psk}
        stringData: {psk: not-a-real-key}

        """;

    private static readonly string Paris = Tunnel.Replace("name: berlin}", "name: paris}", StringComparison.Ordinal);

    private readonly string _folder = Directory.CreateTempSubdirectory("pqtunnel-input-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_that_stands_in_the_file_is_taken_to_the_octet()
    {
        using TunnelInput? input = ReadOne(Write(Tunnel + SecretInFile), tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors);

        Assert.Empty(errors);
        Assert.True(PreSharedKey(input).FixedTimeEquals("not-a-real-key"u8));
        Assert.Equal("berlin", input!.Settings.Name);
    }

    [Fact]
    public void A_key_of_a_mounted_Secret_is_read_from_its_folder()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "secrets", "berlin-psk"));
        File.WriteAllText(Path.Combine(_folder, "secrets", "berlin-psk", "psk"), "from-the-folder");

        using TunnelInput? input = ReadOne(Write(Tunnel), tunnel: null, Path.Combine(_folder, "secrets"), out _);

        Assert.True(PreSharedKey(input).FixedTimeEquals("from-the-folder"u8));
    }

    [Fact]
    public void A_postquantum_preshared_key_is_taken_from_its_own_Secret_and_way_of_writing()
    {
        string tunnel = Tunnel.Replace(
            "authentication: {", "authentication: {ppk: [{id: ppk-1, secretRef: {name: ppk, key: key}, encoding: Hex}], ", StringComparison.Ordinal);
        const string ppk = """
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: ppk}
            stringData: {key: 0x00112233445566778899aabbccddeeff}

            """;
        using TunnelInput? input = ReadOne(Write(tunnel + SecretInFile + ppk), tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors);

        Assert.Empty(errors);
        Assert.True(Assert.Single(input!.Secrets.PostquantumKeys).FixedTimeEquals(Convert.FromHexString("00112233445566778899aabbccddeeff")));
        PpkSettings settings = Assert.Single(input.Settings.Authentication.Ppks);
        Assert.Equal(("ppk-1", true), (settings.Id, settings.Required));

        Assert.Null(ReadOne(Write(tunnel + SecretInFile), tunnel: null, secretsFolder: null, out errors));
        Assert.Contains("the Secret \"ppk\" of spec.authentication.ppk[0].secretRef is not in the file", Assert.Single(errors));
    }

    [Fact]
    public void A_missing_Secret_is_named_with_what_to_do()
    {
        Assert.Null(ReadOne(Write(Tunnel), tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors));
        string error = Assert.Single(errors);
        Assert.Contains("\"berlin-psk\"", error);
        Assert.Contains("--secrets DIR", error);
    }

    [Fact]
    public void A_Secret_without_the_named_key_is_told_from_a_missing_one()
    {
        string other = SecretInFile.Replace("psk: not", "other: not", StringComparison.Ordinal);
        Assert.Null(ReadOne(Write(Tunnel + other), tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors));
        Assert.Contains("has no key \"psk\"", Assert.Single(errors));
    }

    [Fact]
    public void A_key_with_a_line_break_at_its_end_is_refused_because_the_peers_has_none()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "secrets", "berlin-psk"));
        File.WriteAllText(Path.Combine(_folder, "secrets", "berlin-psk", "psk"), "from-the-folder\n");

        Assert.Null(ReadOne(Write(Tunnel), tunnel: null, Path.Combine(_folder, "secrets"), out IReadOnlyList<string> errors));
        Assert.Contains("line break", Assert.Single(errors));
    }

    [Theory]
    [InlineData("10.20.0.0/24", "10.20.0.0/33", "spec.traffic.remote[0]")]
    [InlineData("addresses:", "adresses:", "did you mean \"addresses\"")]
    [InlineData("traffic:", "ike: {proposals: [aes256gcm16-prfsha384-ecp384-ke1_kyber]}\n  traffic:", "kyber")]
    public void What_must_be_mended_is_named(string good, string bad, string named)
    {
        string yaml = Tunnel.Replace(good, bad, StringComparison.Ordinal) + SecretInFile;
        Assert.Null(ReadOne(Write(yaml), tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors));
        Assert.Contains(errors, error => error.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public void Several_tunnels_of_a_file_are_read_together_or_one_of_them_by_its_name()
    {
        string file = Write(Tunnel + "---\n" + Paris + SecretInFile);

        Assert.Equal(["berlin", "paris"], Names(file));
        using TunnelInput? paris = ReadOne(file, "paris", secretsFolder: null, out _);
        Assert.Equal("paris", paris!.Settings.Name);
        Assert.Null(ReadOne(file, "rome", secretsFolder: null, out IReadOnlyList<string> errors));
        Assert.Contains("only default/berlin, default/paris", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_stands_for_its_files_and_a_Secret_of_one_serves_the_tunnels_of_all()
    {
        Write(Tunnel, "b.yaml");
        Write(Paris, "a.yml");
        Write(SecretInFile, "secrets.yaml");
        Write("not YAML: [", "notes.txt");

        Assert.Equal(["paris", "berlin"], Names(_folder));
        Assert.Equal(["berlin", "paris"], Names(Write(Tunnel + SecretInFile), Write(Paris, "a.yml")));
    }

    [Fact]
    public void A_folder_without_files_and_a_tunnel_that_stands_in_two_are_named()
    {
        Assert.Null(TunnelInput.Read([_folder], tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors));
        Assert.Contains("holds no file that ends in .yaml", errors[0], StringComparison.Ordinal);

        Assert.Null(TunnelInput.Read([Write(Tunnel + SecretInFile), Write(Tunnel, "b.yaml")], tunnel: null, secretsFolder: null, out errors));
        Assert.Contains("hold a tunnel \"default/berlin\": rename", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_one_of_several_is_told_with_its_name()
    {
        string file = Write(Tunnel + "---\n" + Paris.Replace("berlin-psk", "paris-psk", StringComparison.Ordinal) + SecretInFile);
        Assert.Null(TunnelInput.Read([file], tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors));
        Assert.StartsWith("tunnel \"default/paris\": the Secret \"paris-psk\"", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_fingerprint_changes_with_the_tunnel_and_with_the_value_of_its_Secret_only()
    {
        string Fingerprint(string yaml)
        {
            using TunnelInput? input = ReadOne(Write(yaml), tunnel: null, secretsFolder: null, out _);
            return input!.Fingerprint;
        }

        string before = Fingerprint(Tunnel + SecretInFile);
        Assert.Equal(before, Fingerprint("# another comment\n" + Tunnel + SecretInFile));
        Assert.NotEqual(before, Fingerprint(Tunnel + SecretInFile.Replace("real", "true", StringComparison.Ordinal)));
        Assert.NotEqual(before, Fingerprint(Tunnel.Replace("198.51.100.7", "198.51.100.8", StringComparison.Ordinal) + SecretInFile));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        Assert.Null(ReadOne(Path.Combine(_folder, "none.yaml"), tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors));
        Assert.Contains("none.yaml cannot be read", Assert.Single(errors));
    }

    [Fact]
    public void Errors_never_hold_a_key()
    {
        ReadOne(Write(Tunnel.Replace("/24", "/99", StringComparison.Ordinal) + SecretInFile), tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors);
        Assert.NotEmpty(errors);
        Assert.DoesNotContain(errors, error => error.Contains("not-a-real-key", StringComparison.Ordinal));
    }

    private static Secret PreSharedKey(TunnelInput? input) => Assert.IsType<LocalPreSharedKey>(input?.Secrets.Authentication.Local).Key;

    private static string[] Names(params string[] paths)
    {
        IReadOnlyList<TunnelInput>? inputs = TunnelInput.Read(paths, tunnel: null, secretsFolder: null, out IReadOnlyList<string> errors);
        Assert.Empty(errors);
        foreach (TunnelInput input in inputs!)
            input.Dispose();
        return [.. inputs.Select(input => input.Settings.Name)];
    }

    private static TunnelInput? ReadOne(string file, string? tunnel, string? secretsFolder, out IReadOnlyList<string> errors) =>
        TunnelInput.Read([file], tunnel, secretsFolder, out errors)?.Single();

    private string Write(string yaml, string name = "tunnel.yaml")
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, yaml);
        return path;
    }
}
