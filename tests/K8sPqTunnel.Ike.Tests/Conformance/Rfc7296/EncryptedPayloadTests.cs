using System.Buffers.Binary;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Ike.Keys;
using K8sPqTunnel.Ike.Protection;
using K8sPqTunnel.Ike.Tests.Conformance.Meddling;
using K8sPqTunnel.Ike.Tests.Simulation;
using K8sPqTunnel.Ike.Wire;

namespace K8sPqTunnel.Ike.Tests.Conformance.Rfc7296;

/// <summary>RFC 7296 3.14: the Encrypted payload.</summary>
public sealed class EncryptedPayloadTests
{
    [Theory]
    [InlineData(Role.Initiator, 1), InlineData(Role.Initiator, 255), InlineData(Role.Responder, 2), InlineData(Role.Responder, 200)]
    [Rfc(7296, "3.14", "Padding of any length and any content is taken")]
    public void Any_padding_is_taken(Role to, int length)
    {
        using Meddler meddler = new Meddler().Up();
        Letter request = meddler.Request(to, ExchangeType.Informational);

        Letter answer = Assert.Single(meddler.Deliver(to, SealPadded(meddler, request, length)));

        Assert.Empty(answer.Parts);
        Assert.Equal(request.Header.MessageId, answer.Header.MessageId);
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.14", "Octets behind the Encrypted payload are not taken: it is the last")]
    public void Nothing_may_follow_the_Encrypted_payload(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        byte[] octets = [.. meddler.Sealed(meddler.Request(to, ExchangeType.Informational)), 0, 0, 0, 4];
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(IkeHeader.TotalLengthOffset), (uint)octets.Length);

        Assert.Empty(meddler.Deliver(to, octets));
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.14", "The header is covered by the checksum")]
    public void A_header_that_was_changed_on_the_way_is_refused(Role to)
    {
        using Meddler meddler = new Meddler().Up();
        byte[] octets = meddler.Sealed(meddler.Request(to, ExchangeType.Informational));

        for (int bit = 0; bit < 8 * SealedLayout.HeadersLength; bit++)
        {
            byte[] changed = [.. octets];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Empty(meddler.Deliver(to, changed));
        }

        Assert.Single(meddler.Deliver(to, octets));
    }

    [Theory, InlineData("20/256 prf6 ecp384 mlkem768"), InlineData("12/256 integ12 prf5 ecp384 mlkem768")]
    [Rfc(7296, "3.14", "Each message has an IV of its own")]
    public void No_two_messages_of_an_end_have_the_same_IV(string proposal)
    {
        using Meddler meddler = Meddler.OfBoth(c => c with { IkeProposals = [Proposals.Parse(proposal)] }).Up();
        for (int i = 0; i < 20; i++)
            meddler.Ask(Role.Responder, ExchangeType.Informational);

        byte[][] ivs = [.. meddler.All(Role.Responder, ExchangeType.Informational, response: true).Select(letter =>
            letter.Original[SealedLayout.HeadersLength..(SealedLayout.HeadersLength + 8)])];
        Assert.Equal(20, ivs.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory, InlineData(Role.Initiator), InlineData(Role.Responder)]
    [Rfc(7296, "3.14", "The Next Payload field of the Encrypted payload is the type of the first payload inside; the header's is 46")]
    public void The_Encrypted_payload_names_the_first_payload_inside(Role from)
    {
        using Meddler meddler = new Meddler().Up();

        Letter letter = meddler.First(from, ExchangeType.IkeAuth, response: from == Role.Responder);
        Assert.Equal((46, (byte)letter.Parts[0].Type), (letter.Original[IkeHeader.NextPayloadOffset], letter.Original[IkeHeader.Length]));
    }

    private static byte[] SealPadded(Meddler meddler, Letter letter, int padding)
    {
        KeyMaterialOf(meddler, letter, out EncryptionParameters encryption, out Secret key);
        using Aead aead = new(encryption, key.Span);
        byte[] inside = [.. Enumerable.Repeat((byte)0xa5, padding), (byte)padding];
        byte[] message = new byte[SealedLayout.HeadersLength + Aead.IvLength + inside.Length + Aead.IcvLength];
        letter.WriteHeader(message, PayloadType.Encrypted);
        GenericHeader.Write(message.AsSpan(IkeHeader.Length), PayloadType.None, message.Length - IkeHeader.Length);
        Span<byte> iv = message.AsSpan(SealedLayout.HeadersLength, Aead.IvLength);
        iv.Fill(0x77);
        Span<byte> body = message.AsSpan(SealedLayout.HeadersLength + Aead.IvLength, inside.Length);
        aead.Seal(iv, message.AsSpan(0, SealedLayout.HeadersLength), inside, body, message.AsSpan(message.Length - Aead.IcvLength));
        return message;
    }

    private static void KeyMaterialOf(Meddler meddler, Letter letter, out EncryptionParameters encryption, out Secret key)
    {
        Ike.Sessions.KeyMaterial keys = meddler.SaOf(letter.From).Keys;
        IkeAlgorithms algorithms = keys.Selection!.Algorithms;
        encryption = algorithms.Encryption;
        key = letter.Header.IsFromInitiator ? keys.Current.SkEi : keys.Current.SkEr;
    }
}
