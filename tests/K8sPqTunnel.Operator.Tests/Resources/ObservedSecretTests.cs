using System.Text;
using System.Text.Json;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Tests.Resources;

public sealed class ObservedSecretTests
{
    private static readonly byte[] Key = [1, 2, 3];

    [Fact]
    public void Only_a_keyed_digest_of_a_value_is_kept()
    {
        SecretValue value = Read("correct horse battery", Key);
        Assert.Equal(new PreSharedKeyFinding(PreSharedKeyFlaw.None, 21), value.AsPreSharedKey[encoding: null]);
        Assert.Equal(value, Read("correct horse battery", Key));
        Assert.NotEqual(value.Digest, Read("correct horse battery", [4]).Digest);
        Assert.NotEqual(value.Digest, Read("correct horse batterY", Key).Digest);
        Assert.DoesNotContain("horse", value.ToString());
    }

    [Fact]
    public void A_line_break_at_the_end_is_noticed() => Assert.Equal(PreSharedKeyFlaw.LineBreak, Read("correct horse\n", Key).AsPreSharedKey[encoding: null].Flaw);

    [Fact]
    public void What_is_wrong_depends_on_the_encoding_that_the_tunnel_names()
    {
        PreSharedKeyFindings findings = Read("0x00112233445566778899", Key).AsPreSharedKey;
        Assert.Equal(PreSharedKeyFlaw.Ambiguous, findings[encoding: null].Flaw);
        Assert.Equal(new PreSharedKeyFinding(PreSharedKeyFlaw.None, 10), findings[PskEncoding.Hex]);
    }

    private static SecretValue Read(string value, byte[] key)
    {
        string json = $$$"""{"metadata":{"name":"s"},"data":{"psk":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}}}"}}""";
        return JsonSerializer.Deserialize(json, OperatorKinds.Secrets(key).Json)!.Data!["psk"];
    }
}
