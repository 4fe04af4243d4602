using System.Numerics;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Tests.Conformance;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class DiffieHellmanTests
{
    private readonly SystemKeyExchangeSource _source = new();

    public static TheoryData<KeyExchangeMethod> Primes => [.. Rfc3526.Methods];

    [Theory]
    [InlineData("ecdh_secp256r1_ecpoint", KeyExchangeMethod.Ecp256)]
    [InlineData("ecdh_secp384r1_ecpoint", KeyExchangeMethod.Ecp384)]
    [InlineData("ecdh_secp521r1_ecpoint", KeyExchangeMethod.Ecp521)]
    public void A_NIST_curve_agrees_with_Wycheproof(string file, KeyExchangeMethod method)
    {
        foreach (WycheproofCase test in WycheproofCase.Read(file))
        {
            // The KE payload has no place for the form octet, so a compressed point is just data of the wrong length.
            byte[] point = test.Hex("public");
            byte[] data = point is [0x04, ..] ? point[1..] : point;
            using KeyExchange exchange = PrivateKeys.Import(method, test.Hex("private"));

            bool completed = exchange.TryComplete(data, out Secret? secret, out KeyExchangeError error);

            Assert.True(completed == test.IsValid, $"{file} {test.Id}: {error}");
            if (completed)
                Assert.Equal(test.Hex("shared"), secret!.Span);
            else
                Assert.Equal(test.HasFlag("InvalidCurveAttack") ? KeyExchangeError.NotOnCurve : KeyExchangeError.WrongLength, error);
        }
    }

    [Theory]
    [InlineData("x25519", KeyExchangeMethod.X25519, 31, 0)]
    [InlineData("x448", KeyExchangeMethod.X448, 11, 12)]
    public void Montgomery_curves_agree_with_Wycheproof_and_refuse_an_all_zero_secret(
        string file, KeyExchangeMethod method, int zeroSecrets, int wrongLengths)
    {
        Dictionary<KeyExchangeError, int> refused = new() { [KeyExchangeError.SmallOrder] = 0, [KeyExchangeError.WrongLength] = 0 };
        foreach (WycheproofCase test in WycheproofCase.Read(file))
        {
            using KeyExchange exchange = PrivateKeys.Import(method, test.Hex("private"));

            if (exchange.TryComplete(test.Hex("public"), out Secret? secret, out KeyExchangeError error))
            {
                Assert.Equal(test.Hex("shared"), secret.Span);
                continue;
            }

            Assert.True(
                test.HasFlag(error == KeyExchangeError.SmallOrder ? "ZeroSharedSecret" : "PublicKeyTooLong"),
                $"{file} {test.Id}: {error}");
            refused[error]++;
        }

        Assert.Equal(zeroSecrets, refused[KeyExchangeError.SmallOrder]);
        Assert.Equal(wrongLengths, refused[KeyExchangeError.WrongLength]);
    }

    [Fact]
    public void X25519_gives_the_answer_of_RFC_7748()
    {
        using KeyExchange alice = PrivateKeys.Import(
            KeyExchangeMethod.X25519, Convert.FromHexString("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        Assert.Equal("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Convert.ToHexStringLower(alice.Data));

        byte[] bob = Convert.FromHexString("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        Assert.True(alice.TryComplete(bob, out Secret? secret, out _));

        Assert.Equal("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742", Convert.ToHexStringLower(secret.Span));
    }

    [Fact]
    public void X448_gives_the_answer_of_RFC_7748()
    {
        using KeyExchange alice = PrivateKeys.Import(KeyExchangeMethod.X448, Convert.FromHexString(
            "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b"));
        Assert.Equal(
            "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0",
            Convert.ToHexStringLower(alice.Data));

        byte[] bob = Convert.FromHexString(
            "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609");
        Assert.True(alice.TryComplete(bob, out Secret? secret, out _));

        Assert.Equal(
            "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d",
            Convert.ToHexStringLower(secret.Span));
    }

    [Fact]
    public void BrainpoolP256_gives_the_answer_of_RFC_7027()
    {
        using KeyExchange a = PrivateKeys.Import(
            KeyExchangeMethod.BrainpoolP256,
            Convert.FromHexString("81DB1EE100150FF2EA338D708271BE38300CB54241D79950F77B063039804F1D"));
        Assert.StartsWith("44106E913F92BC02A1705D9953A8414DB95E1AAA49E81D9E85F929A8E3100BE5", Convert.ToHexString(a.Data));

        byte[] b = Convert.FromHexString(
            "8D2D688C6CF93E1160AD04CC4429117DC2C41825E1E9FCA0ADDD34E6F1B39F7B" +
            "990C57520812BE512641E47034832106BC7D3E8DD0E4C7F1136D7006547CEC6A");
        Assert.True(a.TryComplete(b, out Secret? secret, out _));

        Assert.Equal("89AFC39D41D3B327814B80940B042590F96556EC91E6AE7939BCE31F3A18BF2B", Convert.ToHexString(secret.Span));
    }

    [Theory, MemberData(nameof(Primes))]
    [Rfc(7296, "2.14", "g^ir has the length of the modulus, zeros in front included")]
    public void A_MODP_group_is_the_one_of_RFC_3526_and_its_secret_keeps_its_leading_zeros(KeyExchangeMethod method)
    {
        BigInteger prime = Rfc3526.PrimeOf(method);
        int length = KeyExchangeParameters.Of(method).SecretLength;
        Assert.Equal(length * 8, prime.GetBitLength());
        using KeyExchange ours = _source.Start(method);
        var publicValue = new BigInteger(ours.Data, isUnsigned: true, isBigEndian: true);

        // The 256th part of all secrets begins with a zero: a peer's exponent that makes one is soon found.
        BigInteger exponent = BigInteger.One << 255;
        BigInteger expected = BigInteger.ModPow(publicValue, exponent, prime);
        while (expected.GetBitLength() > 8 * (length - 1))
        {
            exponent++;
            expected = expected * publicValue % prime;
        }

        byte[] theirs = Rfc3526.Octets(BigInteger.ModPow(2, exponent, prime), length);
        Assert.True(ours.TryComplete(theirs, out Secret? secret, out _));

        Assert.Equal(0, secret.Span[0]);
        Assert.Equal(Convert.ToHexString(Rfc3526.Octets(expected, length)), Convert.ToHexString(secret.Span));
    }

    [Theory, MemberData(nameof(Primes))]
    [Rfc(6989, "2.1", "A MODP public value lies between 1 and p-1")]
    public void A_MODP_public_value_lies_between_1_and_the_prime_less_1(KeyExchangeMethod method)
    {
        BigInteger prime = Rfc3526.PrimeOf(method);
        int length = KeyExchangeParameters.Of(method).SecretLength;

        foreach (BigInteger bad in new[] { BigInteger.Zero, BigInteger.One, prime - 1, prime, prime + 1 })
        {
            Assert.False(_source.TryRespond(method, Rfc3526.Octets(bad, length), out _, out _, out KeyExchangeError error));
            Assert.Equal(KeyExchangeError.OutOfRange, error);
        }

        foreach (BigInteger good in new[] { new BigInteger(2), prime - 2 })
            Assert.True(_source.TryRespond(method, Rfc3526.Octets(good, length), out _, out _, out _));
    }

    [Fact]
    public void P256_gives_the_answer_of_RFC_5903()
    {
        using KeyExchange initiator = PrivateKeys.Import(
            KeyExchangeMethod.Ecp256, Convert.FromHexString("C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433"));

        byte[] responder = Convert.FromHexString(
            "D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63" +
            "56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB");
        Assert.True(initiator.TryComplete(responder, out Secret? secret, out _));

        Assert.Equal("D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE", Convert.ToHexString(secret.Span));
    }

    [Theory]
    [InlineData(KeyExchangeMethod.Ecp256, KeyExchangeError.NotOnCurve)]
    [InlineData(KeyExchangeMethod.Ecp384, KeyExchangeError.NotOnCurve)]
    [InlineData(KeyExchangeMethod.Ecp521, KeyExchangeError.NotOnCurve)]
    [InlineData(KeyExchangeMethod.BrainpoolP512, KeyExchangeError.NotOnCurve)]
    [InlineData(KeyExchangeMethod.X25519, KeyExchangeError.SmallOrder)]
    [InlineData(KeyExchangeMethod.X448, KeyExchangeError.SmallOrder)]
    [InlineData(KeyExchangeMethod.Modp2048, KeyExchangeError.OutOfRange)]
    [Rfc(6989, "2.3", "A public value that is no point of the curve is refused")]
    public void A_responder_refuses_a_public_value_of_zeros(KeyExchangeMethod method, KeyExchangeError expected)
    {
        byte[] zeros = new byte[KeyExchangeParameters.Of(method).InitiatorDataLength];

        Assert.False(_source.TryRespond(method, zeros, out byte[]? ourData, out Secret? secret, out KeyExchangeError error));

        Assert.Equal(expected, error);
        Assert.Null(ourData);
        Assert.Null(secret);
    }
}
