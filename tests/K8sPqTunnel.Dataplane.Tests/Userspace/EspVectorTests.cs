using System.Net;
using System.Text.Json;
using K8sPqTunnel.Dataplane.Tests.Support;
using K8sPqTunnel.Dataplane.Userspace;
using K8sPqTunnel.Ike;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;

namespace K8sPqTunnel.Dataplane.Tests.Userspace;

/// <summary>The packets of draft-mcgrew-gcm-test-01: AES-GCM with 128, 192 and 256 bits, with and without extended sequence numbers.</summary>
public sealed class EspVectorTests
{
    private static readonly PeerPath Path = new(new IPEndPoint(IPAddress.Loopback, 4500), new IPEndPoint(IPAddress.Loopback, 4501));

    [Fact]
    public void Known_packets_open_to_the_octets_that_were_published()
    {
        int opened = 0;
        foreach (JsonElement test in Load())
        {
            byte[] esp = Octets(test, "esp");
            byte[] aad = Octets(test, "aad");
            byte[] plaintext = Octets(test, "plaintext");
            // Some vectors hold extended numbers whose upper half no receiver could guess from a new SA.
            if (test.GetProperty("esn").GetBoolean() && aad.AsSpan(4, 4).ContainsAnyExcept((byte)0))
                continue;

            using var sa = new InboundSa(ChildSaOf(test, esp));
            byte[] inner = new byte[esp.Length];
            EspDrop reason = sa.Open(new EspDatagram(Path, esp), inner, out int length, out _);

            // The draft also wraps what is no whole IPv4 packet in tunnel mode; those are authentic, and refused only afterwards.
            int innerLength = plaintext.Length - EspFormat.TrailerLength - plaintext[^2];
            bool isIpv4 = plaintext[^1] == EspFormat.NextHeaderIpv4 && InnerHeader.TryParse(plaintext.AsSpan(0, innerLength), out _);
            Assert.Equal(isIpv4 ? EspDrop.None : plaintext[^1] == EspFormat.NextHeaderNone ? EspDrop.None : EspDrop.XfrmInStateModeError, reason);
            Assert.Equal(plaintext, inner[..plaintext.Length]);
            if (isIpv4)
                Assert.Equal(innerLength, length);
            opened++;
        }
        Assert.True(opened >= 5, $"only {opened} vectors apply");
    }

    [Fact]
    public void Every_known_packet_with_one_bit_flipped_is_refused()
    {
        foreach (JsonElement test in Load())
        {
            byte[] esp = Octets(test, "esp");
            using var sa = new InboundSa(ChildSaOf(test, esp));
            byte[] inner = new byte[esp.Length];
            for (int bit = EspFormat.SequenceOffset * 8; bit < esp.Length * 8; bit++)
            {
                byte[] flipped = (byte[])esp.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.Equal(EspDrop.XfrmInStateProtoError, sa.Open(new EspDatagram(Path, flipped), inner, out _, out _));
            }
        }
    }

    private static IEnumerable<JsonElement> Load()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedVectors.Find("gcm-esp/aes_gcm_esp.json")));
        return [.. document.RootElement.GetProperty("tests").EnumerateArray().Select(test => test.Clone())];
    }

    private static byte[] Octets(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

    private static ChildSa ChildSaOf(JsonElement test, byte[] esp)
    {
        byte[] key = [.. Octets(test, "key"), .. Octets(test, "salt")];
        TrafficSelector any = TrafficSelector.Of(IPNetwork.Parse("0.0.0.0/0"));
        return new ChildSa
        {
            InboundSpi = new EspSpi(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(esp)),
            OutboundSpi = new EspSpi(0x2000),
            Transform = new EspTransform(
                EncryptionId.AesGcm16, test.GetProperty("keyBits").GetInt32(), IntegrityId.None, test.GetProperty("esn").GetBoolean()),
            InboundKeys = new ChildSaKeys(new Secret(key), null),
            OutboundKeys = new ChildSaKeys(new Secret(key), null),
            Path = Path,
            UdpEncapsulation = true,
            LocalSelectors = [any],
            RemoteSelectors = [any],
            ReplayWindow = 0,
        };
    }
}
