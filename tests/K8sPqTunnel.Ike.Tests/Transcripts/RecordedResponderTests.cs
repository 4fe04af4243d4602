using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

public sealed class RecordedResponderTests
{
    /// <summary>The conversations with a pre-shared key; one of them with a postquantum preshared key beside it.</summary>
    public static TheoryData<string> WithPsk { get; } =
    [
        .. TranscriptFiles.Names.Select(row => row.Data).Where(name => name.Split('_')[0] is not ("s13" or "s16")),
    ];

    /// <summary>Those with ECDSA and Ed25519, and with ML-DSA.</summary>
    public static TheoryData<string> WithCertificates { get; } = ["s13_p384_mlkem768_cert_ecdsa384_ed25519", "s16_p384_mlkem768_mldsa65_mldsa44"];

    [Fact]
    public void Nine_of_the_recordings_are_driven_to_their_end() => Assert.Equal(9, WithPsk.Count);

    [Theory, MemberData(nameof(WithPsk))]
    public void The_initiator_offers_what_was_recorded(string name)
    {
        using RecordedResponder recorded = new(TranscriptFiles.Load(name));

        List<byte[]> ours = recorded.AnswerInit();

        IReadOnlyList<byte[]> theirs = recorded.Transcript.Exchanges[0].RequestFrames;
        for (int i = 0; i < theirs.Count; i++)
        {
            Assert.Equal(theirs[i][..16], ours[i][..16]);
            // strongSwan moves the method that was asked for to the front when it repeats; we repeat the offer as it was.
            PayloadType[] types = i == 0
                ? [PayloadType.SecurityAssociation, PayloadType.KeyExchange, PayloadType.Nonce]
                : [PayloadType.KeyExchange, PayloadType.Nonce];
            foreach (PayloadType type in types)
                Assert.Equal(RecordedResponder.Body(theirs[i], type), RecordedResponder.Body(ours[i], type));
        }
    }

    [Theory, MemberData(nameof(WithPsk))]
    public void The_initiator_comes_up_against_the_recorded_responder_octet_by_octet(string name)
    {
        using RecordedResponder recorded = new(TranscriptFiles.Load(name));
        Transcript transcript = recorded.Transcript;
        recorded.AnswerInit();

        foreach (TranscriptExchange exchange in recorded.Intermediates)
        {
            Assert.Equal(exchange.Request!.InnerPlaintext, recorded.LastRequest(out _));
            Assert.Equal(exchange.Intauth!.I.Value, recorded.Connection.Newest!.Handshake.InitiatorIntAuth.Value.ToArray());
            recorded.Answer(exchange);
            Assert.Equal(exchange.Intauth.R.Value, recorded.Connection.Newest!.Handshake.ResponderIntAuth.Value.ToArray());
        }

        byte[] auth = recorded.LastRequest(out PayloadType first);
        foreach (PayloadType type in new[]
        {
            PayloadType.IdentityInitiator, PayloadType.IdentityResponder, PayloadType.SecurityAssociation,
            PayloadType.TrafficSelectorInitiator, PayloadType.TrafficSelectorResponder,
        })
        {
            Assert.Equal(RecordedResponder.Body(recorded.Auth.Request!, type), RecordedResponder.Body(first, auth, type));
        }

        TranscriptDerivation keys = transcript.Derivations.Last(d => d.SkD is not null && d.Kind != "IKE rekey");
        Secret skPr = recorded.Connection.Newest!.Keys.Current.SkPr;
        Assert.True(skPr.FixedTimeEquals(keys.SkPr));
        recorded.Answer(recorded.Auth);
        Assert.Equal(ConnectionState.Established, recorded.Connection.State);
        Assert.True(recorded.Connection.Newest!.Keys.Current.SkD.FixedTimeEquals(keys.SkD));
        // Nobody needs it any more.
        Assert.Throws<ObjectDisposedException>(() => skPr.FixedTimeEquals(keys.SkPr));
        AssertChild(transcript.Derivations.First(d => d.IsChild), Assert.Single(recorded.Output.Installed));
        Assert.Single(recorded.Output.Of<ChildUp>());
        Assert.Equal(0, recorded.Connection.Drops.Total);
    }

    [Theory, MemberData(nameof(WithPsk))]
    public void The_initiators_AUTH_is_the_recorded_one(string name)
    {
        using RecordedResponder recorded = new(TranscriptFiles.Load(name));
        recorded.AnswerInit();
        foreach (TranscriptExchange exchange in recorded.Intermediates)
            recorded.Answer(exchange);

        byte[] request = recorded.LastRequest(out PayloadType first);

        Assert.Equal(
            RecordedResponder.Body(recorded.Auth.Request!, PayloadType.Authentication),
            RecordedResponder.Body(first, request, PayloadType.Authentication));
    }

    [Fact]
    public void The_postquantum_preshared_key_is_named_as_strongSwan_names_it()
    {
        using RecordedResponder recorded = new(TranscriptFiles.Load("s5_p384_mlkem768_ppk"));
        recorded.AnswerInit();
        foreach (TranscriptExchange exchange in recorded.Intermediates)
            recorded.Answer(exchange);

        byte[] request = recorded.LastRequest(out PayloadType first);

        byte[] theirs = recorded.Auth.Request!.Payloads.Last(p => p.Type == (int)PayloadType.Notify).Body;
        var message = new IkeMessage(default, default, first, request, Inside.Encrypted);
        Assert.True(message.TryFindNotify(NotifyType.PpkIdentity, out NotifyPayload ours));
        Assert.Equal(theirs[4..], ours.Data.ToArray());
        Assert.False(message.HasNotify(NotifyType.NoPpkAuth));

        recorded.Answer(recorded.Auth);
        Assert.Equal(RecordedResponder.PpkId, Assert.Single(recorded.Output.Of<IkeSaEstablished>()).PostquantumKey);
    }

    [Theory, MemberData(nameof(WithCertificates))]
    public void The_initiator_takes_the_recorded_responders_certificate(string name)
    {
        using RecordedResponder recorded = new(TranscriptFiles.Load(name));
        recorded.AnswerInit();
        foreach (TranscriptExchange exchange in recorded.Intermediates)
            recorded.Answer(exchange);

        recorded.Answer(recorded.Auth);

        Assert.Equal(ConnectionState.Established, recorded.Connection.State);
        Assert.Equal("r.test.example", Assert.Single(recorded.Output.Of<IkeSaEstablished>()).PeerIdentity.ToString());
        AssertChild(recorded.Transcript.Derivations.First(d => d.IsChild), Assert.Single(recorded.Output.Installed));
    }

    private static void AssertChild(TranscriptDerivation recorded, ChildSa child)
    {
        Assert.True(child.OutboundKeys.Encryption.FixedTimeEquals(recorded.EncrI));
        Assert.True(child.InboundKeys.Encryption.FixedTimeEquals(recorded.EncrR));
        Assert.Equal(recorded.IntegI is { Length: > 0 }, child.OutboundKeys.Integrity is not null);
        if (child.OutboundKeys.Integrity is { } integrity)
            Assert.True(integrity.FixedTimeEquals(recorded.IntegI));
    }
}
