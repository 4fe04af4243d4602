using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Tests.Conformance;
using K8sPqTunnel.Ike.Tests.Transcripts;

namespace K8sPqTunnel.Ike.Tests.Keys;

public sealed class TranscriptReplayTests
{
    public static TheoryData<string> Recorded => TranscriptFiles.Names;

    [Fact]
    public void Nothing_of_the_recordings_is_left_out()
    {
        List<Transcript> all = [.. TranscriptFiles.LoadAll()];

        Assert.Equal(11, all.Count);
        Assert.Equal(28, all.Sum(t => t.Derivations.Count(d => d.Skeyseed is not null)));
        Assert.Equal(19, all.Sum(t => t.Derivations.Count(d => d.IsChild)));
        Assert.Equal(1, all.Sum(t => t.Derivations.Count(d => d.Kind == "RFC8784 PPK")));
        Assert.Equal(48, all.Sum(t => t.Derivations.Count));
        Assert.Equal(18, 2 * all.Sum(t => t.Exchanges.Count(e => e.Intauth is not null)));
        Assert.Equal(9, all.Count(UsesPsk));
    }

    [Theory, MemberData(nameof(Recorded))]
    [Rfc(7296, "2.14", "SKEYSEED and all keys of the IKE SA, as strongSwan derives them")]
    [Rfc(9370, "2.2.2", "Keys after each additional key exchange, as strongSwan derives them")]
    public void Replaying_a_recorded_conversation_derives_the_same_keys(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        IkeAlgorithms algorithms = TranscriptAlgorithms.OfIke(transcript);
        KeySchedule? first = null;
        IkeKeys? current = null;
        foreach (TranscriptDerivation recorded in transcript.Derivations.Where(d => !d.IsChild))
        {
            if (recorded.Kind == "RFC8784 PPK")
            {
                current = first!.WithPpk(current!, new Secret(transcript.Ppk!));
                AssertEqual(recorded.SkD, current.SkD);
                AssertEqual(recorded.SkPi, current.SkPi);
                AssertEqual(recorded.SkPr, current.SkPr);
                continue;
            }

            KeySchedule schedule = new(algorithms, recorded.Ni, recorded.Nr, recorded.SpiI, recorded.SpiR);
            Secret[] shared = [.. recorded.SharedSecrets.Select(s => new Secret(s))];
            current = recorded.Kind switch
            {
                "IKE_SA_INIT" => (first = schedule).First(Assert.Single(shared)),
                "IKE rekey" => schedule.Rekeyed(algorithms.Prf, new Secret(recorded.OldSkD), shared),
                _ => first!.Next(current!, Assert.Single(shared)),
            };
            AssertEqual(recorded.SkD, current.SkD);
            AssertEqual(recorded.SkAi, current.SkAi);
            AssertEqual(recorded.SkAr, current.SkAr);
            AssertEqual(recorded.SkEi, current.SkEi);
            AssertEqual(recorded.SkEr, current.SkEr);
            AssertEqual(recorded.SkPi, current.SkPi);
            AssertEqual(recorded.SkPr, current.SkPr);
        }
    }

    [Theory, MemberData(nameof(Recorded))]
    [Rfc(7296, "2.17", "KEYMAT and its order, as strongSwan derives them")]
    [Rfc(9370, "2.2.4", "KEYMAT with additional key exchanges, as strongSwan derives it")]
    public void Replaying_a_recorded_conversation_derives_the_same_child_keys(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        PrfId prf = TranscriptAlgorithms.OfIke(transcript).Prf;
        (EncryptionParameters encryption, IntegrityId integrity) = TranscriptAlgorithms.OfChild(transcript);
        foreach (TranscriptDerivation recorded in transcript.Derivations.Where(d => d.IsChild))
        {
            Secret[] shared = [.. recorded.SharedSecrets.Select(s => new Secret(s))];

            using ChildKeys keys = ChildKeySchedule.Derive(
                prf, new Secret(recorded.ParentSkD), shared, recorded.Ni, recorded.Nr, encryption, integrity);

            AssertDirection(recorded.EncrI, recorded.IntegI, keys.FromInitiator);
            AssertDirection(recorded.EncrR, recorded.IntegR, keys.FromResponder);
        }
    }

    [Theory, MemberData(nameof(Recorded))]
    [Rfc(9242, "3.3.2", "IntAuth and the signed octets, as strongSwan makes them")]
    public void Replaying_a_recorded_conversation_gives_the_same_IntAuth_and_signed_octets(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        PrfId prf = TranscriptAlgorithms.OfIke(transcript).Prf;
        (IntAuth initiator, IntAuth responder) = ReplayIntAuth(transcript, prf);
        uint authMessageId = transcript.Exchanges.First(e => e.Exchange == "IKE_AUTH").MessageId;

        byte[] intAuth = SignedOctets.IntAuthOf(initiator, responder, authMessageId);

        Assert.Equal(transcript.Auth.Intauth ?? [], intAuth);
        TranscriptExchange accepted = transcript.Exchanges.Last(e => e.Exchange == "IKE_SA_INIT");
        TranscriptDerivation init = transcript.Derivations[0];
        TranscriptDerivation final = transcript.Derivations.Last(d => d.SkPi is not null && d.Kind != "IKE rekey");
        AssertSignedOctets(transcript, transcript.Auth.Initiator, SignedOctets.Compose(
            prf, accepted.RequestFrames[^1], init.Nr, new Secret(final.SkPi), transcript.Auth.Initiator.IdPayloadBody, intAuth));
        AssertSignedOctets(transcript, transcript.Auth.Responder, SignedOctets.Compose(
            prf, accepted.ResponseFrames[^1], init.Ni, new Secret(final.SkPr), transcript.Auth.Responder.IdPayloadBody, intAuth));
    }

    [Theory, MemberData(nameof(Recorded))]
    [Rfc(7296, "2.15", "AUTH by a shared key, as strongSwan makes it")]
    public void Replaying_a_recorded_conversation_with_a_pre_shared_key_gives_the_same_AUTH(string name)
    {
        Transcript transcript = TranscriptFiles.Load(name);
        if (!UsesPsk(transcript))
            return;
        PrfId prf = TranscriptAlgorithms.OfIke(transcript).Prf;
        using Secret psk = new(transcript.Psk);
        foreach (TranscriptAuthSide side in new[] { transcript.Auth.Initiator, transcript.Auth.Responder })
        {
            Assert.Equal(side.Auth, PskAuth.Compute(prf, psk, side.SignedOctets));
            Assert.True(PskAuth.Verify(prf, psk, side.SignedOctets, side.Auth));
            Assert.False(PskAuth.Verify(prf, psk, [.. side.SignedOctets, 0], side.Auth));
        }
    }

    private static (IntAuth Initiator, IntAuth Responder) ReplayIntAuth(Transcript transcript, PrfId prf)
    {
        IntAuth initiator = new(prf), responder = new(prf);
        int exchange = 0;
        foreach (TranscriptExchange intermediate in transcript.Exchanges.Where(e => e.Intauth is not null))
        {
            TranscriptDerivation inForce = transcript.Derivations[exchange++];
            TranscriptIntAuthPair recorded = intermediate.Intauth!;
            initiator.Add(new Secret(inForce.SkPi), WithLengthsOfTheWire(recorded.I.A), intermediate.Request!.InnerPlaintext);
            responder.Add(new Secret(inForce.SkPr), WithLengthsOfTheWire(recorded.R.A), intermediate.Response!.InnerPlaintext);
            Assert.Equal(recorded.I.Value, initiator.Value);
            Assert.Equal(recorded.R.Value, responder.Value);
        }

        return (initiator, responder);
    }

    /// <summary>The recorded A has its lengths rewritten already; spoil them, so that our own rewriting counts.</summary>
    private static byte[] WithLengthsOfTheWire(byte[] a)
    {
        byte[] spoilt = [.. a];
        spoilt.AsSpan(24, 4).Fill(0xee);
        spoilt.AsSpan(spoilt.Length - 2).Fill(0xee);
        return spoilt;
    }

    private static void AssertSignedOctets(Transcript transcript, TranscriptAuthSide side, byte[] composed)
    {
        // The downgrade-prevention draft puts eight zero octets and the peer's message before what RFC 7296 signs.
        byte[] recorded = transcript.FullTranscriptAuth ? side.SignedOctets[^composed.Length..] : side.SignedOctets;
        Assert.Equal(recorded, composed);
    }

    private static void AssertDirection(byte[]? encryption, byte[]? integrity, ChildSaKeys keys)
    {
        AssertEqual(encryption, keys.Encryption);
        Assert.Equal(integrity is { Length: > 0 }, keys.Integrity is not null);
        if (keys.Integrity is not null)
            AssertEqual(integrity, keys.Integrity);
    }

    private static void AssertEqual(byte[]? recorded, Secret derived) =>
        Assert.Equal(Convert.ToHexString(recorded!), Convert.ToHexString(derived.Span));

    private static bool UsesPsk(Transcript transcript) => transcript.Id is not ("s13" or "s16");
}
