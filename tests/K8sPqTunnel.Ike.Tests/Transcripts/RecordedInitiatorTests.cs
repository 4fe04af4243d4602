using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Events;
using K8sPqTunnel.Ike.Negotiation;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Transcripts;

/// <summary>Our responder against strongSwan's initiator, as it was recorded.</summary>
public sealed class RecordedInitiatorTests
{
    public static TheoryData<string> WithPsk => RecordedResponderTests.WithPsk;

    [Theory, MemberData(nameof(WithPsk))]
    public void The_responder_chooses_what_was_recorded(string name)
    {
        using RecordedInitiator recorded = new(TranscriptFiles.Load(name));

        List<byte[]> ours = recorded.AskInit();

        IReadOnlyList<byte[]> theirs = recorded.Init.ResponseFrames;
        for (int i = 0; i < theirs.Count - 1; i++)
            Assert.Equal(theirs[i], ours[i]);                        // INVALID_KE_PAYLOAD, to the octet
        Assert.Equivalent(Choice(theirs[^1]), Choice(ours[^1]), strict: true);   // In whatever order.
        foreach (PayloadType type in new[] { PayloadType.KeyExchange, PayloadType.Nonce })
            Assert.Equal(RecordedResponder.Body(theirs[^1], type), RecordedResponder.Body(ours[^1], type));
        Assert.Equal(theirs[^1][..16], ours[^1][..16]);
    }

    [Theory, MemberData(nameof(WithPsk))]
    public void The_responder_comes_up_against_the_recorded_initiator_octet_by_octet(string name)
    {
        using RecordedInitiator recorded = new(TranscriptFiles.Load(name));
        Transcript transcript = recorded.Transcript;
        recorded.AskInit();

        foreach (TranscriptExchange exchange in recorded.Intermediates)
        {
            Assert.Equal(exchange.Response!.InnerPlaintext, recorded.Ask(exchange, out _));
            Assert.Equal(exchange.Intauth!.I.Value, recorded.HalfOpen.Handshake.InitiatorIntAuth.Value.ToArray());
            Assert.Equal(exchange.Intauth.R.Value, recorded.HalfOpen.Handshake.ResponderIntAuth.Value.ToArray());
        }

        byte[] auth = recorded.Ask(recorded.Auth, out PayloadType first);
        foreach (PayloadType type in new[]
        {
            PayloadType.IdentityResponder, PayloadType.Authentication, PayloadType.SecurityAssociation,
            PayloadType.TrafficSelectorInitiator, PayloadType.TrafficSelectorResponder,
        })
        {
            Assert.Equal(RecordedResponder.Body(recorded.Auth.Response!, type), RecordedResponder.Body(first, auth, type));
        }

        Assert.Equal(ConnectionState.Established, recorded.Connection.State);
        IkeSaEstablished up = Assert.Single(recorded.Output.Of<IkeSaEstablished>());
        Assert.Equal(transcript.Ppk is null ? null : RecordedResponder.PpkId, up.PostquantumKey);
        ChildSa child = Assert.Single(recorded.Output.Installed);
        TranscriptDerivation keys = transcript.Derivations.First(d => d.IsChild);
        Assert.True(child.InboundKeys.Encryption.FixedTimeEquals(keys.EncrI));
        Assert.True(child.OutboundKeys.Encryption.FixedTimeEquals(keys.EncrR));
        // A wrong first guess of the key exchange is all that was turned away.
        Assert.Equal(recorded.Init.RequestFrames.Count - 1, recorded.Endpoint.Drops.Total + recorded.Connection.Drops.Total);
    }

    [Theory]
    [InlineData("s15_p384_mlkem768_full_transcript_auth", true)]
    [InlineData("s6_mlkem768_only_gcm256_prf384", false)]
    public void The_full_transcript_is_announced_always_and_signed_where_both_did(string name, bool both)
    {
        using RecordedInitiator recorded = new(TranscriptFiles.Load(name));

        byte[] ours = recorded.AskInit()[^1];

        var message = new IkeMessage(default, default, (PayloadType)ours[16], ours.AsSpan(IkeHeader.Length), Inside.Clear);
        Assert.True(message.HasNotify(NotifyType.FullTranscriptAuth));
        Assert.Equal(both, recorded.HalfOpen.Handshake.FullTranscript);
    }

    [Theory, MemberData(nameof(RecordedResponderTests.WithCertificates), MemberType = typeof(RecordedResponderTests))]
    public void The_responder_takes_the_recorded_initiators_certificate(string name)
    {
        using RecordedInitiator recorded = new(TranscriptFiles.Load(name));
        recorded.AskInit();
        foreach (TranscriptExchange exchange in recorded.Intermediates)
            recorded.Ask(exchange, out _);

        recorded.Ask(recorded.Auth, out _);

        Assert.Equal("i.test.example", Assert.Single(recorded.Output.Of<IkeSaEstablished>()).PeerIdentity.ToString());
        TranscriptDerivation keys = recorded.Transcript.Derivations.First(d => d.IsChild);
        Assert.True(Assert.Single(recorded.Output.Installed).InboundKeys.Encryption.FixedTimeEquals(keys.EncrI));
    }

    private static IReadOnlyList<Transform> Choice(byte[] frame) =>
        Assert.Single(OfferedProposal.ReadAll(RecordedResponder.Body(frame, PayloadType.SecurityAssociation))).Transforms;
}
