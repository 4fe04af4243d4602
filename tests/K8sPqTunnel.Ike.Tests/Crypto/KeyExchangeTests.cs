using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Ike.Tests.Crypto;

public sealed class KeyExchangeTests
{
    private readonly SystemKeyExchangeSource _source = new();

    public static TheoryData<KeyExchangeMethod> Methods => [.. KeyExchangeParameters.All.Select(row => row.Method)];

    [Theory, MemberData(nameof(Methods))]
    public void Two_ends_agree_on_a_fresh_secret_of_the_fixed_lengths(KeyExchangeMethod method)
    {
        KeyExchangeParameters parameters = OrSkip(method);
        List<string> secrets = [];
        for (int round = 0; round < 20; round++)
        {
            using KeyExchange initiator = _source.Start(method);
            Assert.True(_source.TryRespond(method, initiator.Data, out byte[]? answer, out Secret? responderSecret, out _));
            Assert.True(initiator.TryComplete(answer, out Secret? initiatorSecret, out _));

            Assert.Equal(parameters.InitiatorDataLength, initiator.Data.Length);
            Assert.Equal(parameters.ResponderDataLength, answer.Length);
            Assert.Equal(parameters.SecretLength, initiatorSecret.Length);
            Assert.True(initiatorSecret.FixedTimeEquals(responderSecret.Span));
            secrets.Add(Convert.ToHexString(initiatorSecret.Span));
        }

        Assert.Equal(secrets.Count, secrets.Distinct().Count());
    }

    [Theory, MemberData(nameof(Methods))]
    public void Data_of_any_other_length_is_refused_and_leaves_the_key_pair_usable(KeyExchangeMethod method)
    {
        KeyExchangeParameters parameters = OrSkip(method);
        using KeyExchange initiator = _source.Start(method);
        foreach (int wrong in new[] { 0, 1, parameters.ResponderDataLength - 1, parameters.ResponderDataLength + 1 })
        {
            Assert.False(initiator.TryComplete(new byte[wrong], out _, out KeyExchangeError error));
            Assert.Equal(KeyExchangeError.WrongLength, error);
        }

        foreach (int wrong in new[] { 0, 1, parameters.InitiatorDataLength - 1, parameters.InitiatorDataLength + 1 })
        {
            Assert.False(_source.TryRespond(method, new byte[wrong], out _, out _, out KeyExchangeError error));
            Assert.Equal(KeyExchangeError.WrongLength, error);
        }

        Assert.True(_source.TryRespond(method, initiator.Data, out byte[]? answer, out _, out _));
        Assert.True(initiator.TryComplete(answer, out _, out _));
    }

    [Theory, MemberData(nameof(Methods))]
    public void A_key_pair_never_completes_twice(KeyExchangeMethod method)
    {
        OrSkip(method);
        using KeyExchange initiator = _source.Start(method);
        Assert.True(_source.TryRespond(method, initiator.Data, out byte[]? answer, out _, out _));
        Assert.True(initiator.TryComplete(answer, out _, out _));

        Assert.Throws<InvalidOperationException>(() => initiator.TryComplete(answer, out _, out _));
    }

    [Fact]
    public void Only_ML_KEM_is_post_quantum() =>
        Assert.Equal(
            [KeyExchangeMethod.MlKem512, KeyExchangeMethod.MlKem768, KeyExchangeMethod.MlKem1024],
            KeyExchangeParameters.All.Where(row => row.IsPostQuantum).Select(row => row.Method));

    /// <summary>Without ML-KEM in the machine's OpenSSL half of this class can only be skipped.</summary>
    private static KeyExchangeParameters OrSkip(KeyExchangeMethod method)
    {
        Assert.SkipWhen(CryptoCapabilities.Probe().WhyNot(method) is not null, "this OpenSSL has no ML-KEM");
        return KeyExchangeParameters.Of(method);
    }
}
