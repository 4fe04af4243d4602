using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class DiffieHellmanTests
{
    private readonly SystemKeyExchangeSource _source = new();

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

    [Fact]
    public void X25519_agrees_with_Wycheproof_and_refuses_an_all_zero_secret()
    {
        int refused = 0;
        foreach (WycheproofCase test in WycheproofCase.Read("x25519"))
        {
            using KeyExchange exchange = PrivateKeys.Import(KeyExchangeMethod.X25519, test.Hex("private"));

            if (exchange.TryComplete(test.Hex("public"), out Secret? secret, out KeyExchangeError error))
            {
                Assert.Equal(test.Hex("shared"), secret.Span);
                continue;
            }

            Assert.True(test.HasFlag("ZeroSharedSecret"), $"{test.Id}: {error}");
            Assert.Equal(KeyExchangeError.SmallOrder, error);
            refused++;
        }

        Assert.Equal(31, refused);
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
    [InlineData(KeyExchangeMethod.X25519, KeyExchangeError.SmallOrder)]
    public void A_responder_refuses_a_public_value_of_zeros(KeyExchangeMethod method, KeyExchangeError expected)
    {
        byte[] zeros = new byte[KeyExchangeParameters.Of(method).InitiatorDataLength];

        Assert.False(_source.TryRespond(method, zeros, out byte[]? ourData, out Secret? secret, out KeyExchangeError error));

        Assert.Equal(expected, error);
        Assert.Null(ourData);
        Assert.Null(secret);
    }
}
