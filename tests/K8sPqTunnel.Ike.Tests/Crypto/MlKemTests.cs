using System.Security.Cryptography;
using System.Text.Json;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Tests.Conformance;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class MlKemTests
{
    private const int SeedLength = 64;

    private readonly SystemKeyExchangeSource _source = new();

    public MlKemTests() => Assert.SkipUnless(CryptoCapabilities.Probe().HasMlKem, "this OpenSSL has no ML-KEM");

    public static TheoryData<KeyExchangeMethod, int> Sets => new()
    {
        { KeyExchangeMethod.MlKem512, 512 },
        { KeyExchangeMethod.MlKem768, 768 },
        { KeyExchangeMethod.MlKem1024, 1024 },
    };

    [Theory, MemberData(nameof(Sets))]
    public void Decapsulation_agrees_with_Wycheproof(KeyExchangeMethod method, int set)
    {
        foreach (WycheproofCase test in WycheproofCase.Read($"mlkem_{set}"))
        {
            byte[] seed = test.Hex("seed");
            if (seed.Length != SeedLength)
            {
                Assert.Equal("invalid", test.Result);
                continue;   // No such key can be made.
            }

            using MlKemKeyExchange exchange = FromSeed(method, seed);
            bool completed = exchange.TryComplete(test.Hex("c"), out Secret? secret, out _);

            Assert.True(completed == test.IsValid, $"ML-KEM-{set} {test.Id}");
            if (!completed)
                continue;
            Assert.Equal(test.Hex("ek"), exchange.Data);
            Assert.Equal(test.Hex("K"), secret!.Span);
        }
    }

    [Theory, MemberData(nameof(Sets))]
    public void Decapsulation_with_expanded_keys_agrees_with_Wycheproof(KeyExchangeMethod method, int set)
    {
        foreach (WycheproofCase test in WycheproofCase.Read($"mlkem_{set}_semi_expanded_decaps"))
        {
            if (TryImport(method, test.Hex("dk")) is not { } key)
            {
                Assert.Equal("invalid", test.Result);
                continue;
            }

            using MlKemKeyExchange exchange = new(KeyExchangeParameters.Of(method), key);
            bool completed = exchange.TryComplete(test.Hex("c"), out Secret? secret, out _);

            Assert.True(completed == test.IsValid, $"ML-KEM-{set} {test.Id}");
            if (completed)
                Assert.Equal(test.Hex("K"), secret!.Span);
        }
    }

    [Theory, MemberData(nameof(Sets))]
    public void Encapsulation_keys_that_Wycheproof_refuses_are_refused(KeyExchangeMethod method, int set)
    {
        foreach (WycheproofCase test in WycheproofCase.Read($"mlkem_{set}_encaps"))
        {
            bool responded = _source.TryRespond(method, test.Hex("ek"), out _, out _, out KeyExchangeError error);

            Assert.True(responded == test.IsValid, $"ML-KEM-{set} {test.Id}: {error}");
        }
    }

    [Theory, MemberData(nameof(Sets))]
    public void Key_generation_agrees_with_Wycheproof(KeyExchangeMethod method, int set)
    {
        foreach (WycheproofCase test in WycheproofCase.Read($"mlkem_{set}_keygen_seed"))
        {
            using MlKemKeyExchange exchange = FromSeed(method, test.Hex("seed"));
            Assert.Equal(test.Hex("ek"), exchange.Data);
        }
    }

    [Fact]
    public void Key_generation_agrees_with_ACVP()
    {
        int keys = 0;
        foreach ((KeyExchangeMethod method, JsonElement _, JsonElement test) in Acvp("key-gen"))
        {
            using MlKemKeyExchange exchange = FromSeed(method, [.. Hex(test, "d"), .. Hex(test, "z")]);
            Assert.Equal(Hex(test, "ek"), exchange.Data);
            keys++;
        }

        Assert.Equal(75, keys);
    }

    [Fact]
    public void Decapsulation_agrees_with_ACVP_also_where_the_ciphertext_was_changed()
    {
        int decapsulated = 0;
        foreach ((KeyExchangeMethod method, JsonElement group, JsonElement test) in Acvp("encap-decap"))
        {
            byte[] decapsulationKey = Hex(group.TryGetProperty("dk", out _) ? group : test, "dk");
            using MlKemKeyExchange exchange = new(KeyExchangeParameters.Of(method), TryImport(method, decapsulationKey)!);

            Assert.True(exchange.TryComplete(Hex(test, "c"), out Secret? secret, out _));

            Assert.Equal(Hex(test, "k"), secret.Span);
            decapsulated++;
        }

        Assert.Equal(105, decapsulated);
    }

    [Theory]
    [InlineData(KeyExchangeMethod.MlKem512, 512, 775)]
    [InlineData(KeyExchangeMethod.MlKem768, 768, 780)]
    [InlineData(KeyExchangeMethod.MlKem1024, 1024, 1040)]
    [Rfc("draft-ietf-ipsecme-ikev2-mlkem", "2.2", "Every encapsulation key with a coefficient that is not reduced is refused")]
    public void Every_encapsulation_key_with_a_coefficient_that_is_not_reduced_is_refused(KeyExchangeMethod method, int set, int count)
    {
        int refused = 0;
        foreach (string line in Vectors.ReadLines($"cctv-mlkem/modulus/ML-KEM-{set}.txt.gz"))
        {
            Assert.False(_source.TryRespond(method, Convert.FromHexString(line), out _, out _, out KeyExchangeError error));
            Assert.Equal(KeyExchangeError.NotReduced, error);
            refused++;
        }

        Assert.Equal(count, refused);
    }

    [Theory, MemberData(nameof(Sets))]
    public void Decapsulation_compares_whole_ciphertexts(KeyExchangeMethod method, int set)
    {
        Dictionary<string, byte[]> test = Vectors.ReadLines($"cctv-mlkem/strcmp/ML-KEM-{set}.txt")
            .Select(line => line.Split(" = "))
            .ToDictionary(pair => pair[0], pair => Convert.FromHexString(pair[1]));
        using MlKemKeyExchange exchange = new(KeyExchangeParameters.Of(method), TryImport(method, test["dk"])!);

        Assert.True(exchange.TryComplete(test["c"], out Secret? secret, out _));

        Assert.Equal(test["K"], secret.Span);
    }

    [Theory]
    [InlineData(KeyExchangeMethod.MlKem512)]
    [InlineData(KeyExchangeMethod.MlKem768)]
    [InlineData(KeyExchangeMethod.MlKem1024)]
    public void A_changed_ciphertext_gives_another_secret_and_no_error(KeyExchangeMethod method)
    {
        using KeyExchange initiator = _source.Start(method);
        Assert.True(_source.TryRespond(method, initiator.Data, out byte[]? ciphertext, out Secret? theirs, out _));
        Bits.Flip(ciphertext, 4711);

        Assert.True(initiator.TryComplete(ciphertext, out Secret? ours, out _));

        Assert.False(ours.FixedTimeEquals(theirs.Span));
    }

    private static MlKemKeyExchange FromSeed(KeyExchangeMethod method, ReadOnlySpan<byte> seed) =>
        new(KeyExchangeParameters.Of(method), MLKem.ImportPrivateSeed(MlKemKeyExchange.AlgorithmOf(method), seed));

    private static MLKem? TryImport(KeyExchangeMethod method, ReadOnlySpan<byte> decapsulationKey)
    {
        try
        {
            return MLKem.ImportDecapsulationKey(MlKemKeyExchange.AlgorithmOf(method), decapsulationKey);
        }
        catch (Exception refused) when (refused is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static IEnumerable<(KeyExchangeMethod Method, JsonElement Group, JsonElement Test)> Acvp(string file)
    {
        using JsonDocument document = JsonDocument.Parse(Vectors.Read($"acvp-mlkem/{file}.json"));
        foreach (JsonElement group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            string set = group.GetProperty("parameterSet").GetString()!;
            KeyExchangeMethod method = KeyExchangeParameters.All.Single(row => row.Name == set).Method;
            foreach (JsonElement test in group.GetProperty("tests").EnumerateArray())
                yield return (method, group, test);
        }
    }

    private static byte[] Hex(JsonElement test, string property) => Convert.FromHexString(test.GetProperty(property).GetString()!);
}
