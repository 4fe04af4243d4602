using K8sPqTunnel.Api.Documents;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Dataplane;
using K8sPqTunnel.Ike.Children;
using K8sPqTunnel.Ike.Crypto;
using K8sPqTunnel.Sidecar.Tunnels;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class DataplaneSelectionTests
{
    private const string Missing = "the kernel has no ESP: it was built without CONFIG_INET_ESP, or its module esp4 is not loaded";

    [Fact]
    public void Auto_takes_the_kernel_where_it_can_carry_what_may_be_negotiated()
    {
        IReadOnlyList<EspTransform> asked = [];
        DataplaneSelection selection = DataplaneSelection.Of(Settings("dataplane: Auto"), transforms =>
        {
            asked = transforms;
            return null;
        }, others: null);
        Assert.Equal(new DataplaneSelection(DataplaneKind.Xfrm), selection);
        Assert.Equal([EncryptionId.AesGcm16, EncryptionId.AesCbc], asked.Select(transform => transform.Encryption).Distinct());
    }

    [Theory]
    [InlineData("aes256gcm16-ecp384", new[] { false })]
    [InlineData("aes256gcm16-ecp384-noesn", new[] { false })]
    [InlineData("aes256gcm16-ecp384-esn", new[] { true })]
    [InlineData("aes256gcm16-ecp384-esn-noesn", new[] { true, false })]
    public void The_kernel_is_asked_about_the_sequence_numbers_that_the_proposals_name(string proposal, bool[] extended)
    {
        IReadOnlyList<EspTransform> asked = [];
        DataplaneSelection.Of(Settings("dataplane: Auto", $"proposals: [{proposal}]"), transforms =>
        {
            asked = transforms;
            return null;
        }, others: null);
        Assert.Equal(extended, asked.Select(transform => transform.ExtendedSequenceNumbers));
    }

    [Theory]
    [InlineData("dataplane: Auto", Missing, Missing)]
    [InlineData("dataplane: Auto\n  transport: {tcp: Fallback}", null, "spec.transport.tcp is Fallback, and only the user-space data plane carries ESP in TCP")]
    public void Auto_goes_to_user_space_and_says_why(string spec, string? missing, string why) => Assert.Equal(
        new DataplaneSelection(DataplaneKind.Userspace, why), DataplaneSelection.Of(Settings(spec), _ => missing, others: null));

    [Fact]
    public void Answers_to_health_checks_that_would_not_have_the_tunnels_mark_are_not_the_kernels()
    {
        TunnelSettings marked = Settings("dataplane: Auto\n  probe: {answer: [10.1.0.9]}", mark: ", mark: 0x100/0xff00");
        Assert.Contains("mark of spec.traffic.mark", DataplaneSelection.Of(marked, _ => null, others: null).WhyNotXfrm);
        Assert.Equal(DataplaneKind.Xfrm, DataplaneSelection.Of(Settings("dataplane: Auto\n  probe: {answer: [10.1.0.9]}"), _ => null, others: null).Kind);
        Assert.Equal(DataplaneKind.Xfrm, DataplaneSelection.Of(Settings("dataplane: Auto", mark: ", mark: 0x100/0xff00"), _ => null, others: null).Kind);
    }

    [Fact]
    public void User_space_is_taken_without_a_question_where_it_is_asked_for() => Assert.Equal(
        new DataplaneSelection(DataplaneKind.Userspace),
        DataplaneSelection.Of(Settings("dataplane: Userspace"), _ => throw new InvalidOperationException(), others: null));

    [Fact]
    public void The_kernel_where_it_is_demanded_and_cannot_be_had_is_an_error_that_names_what_is_missing() => Assert.Equal(
        $"tunnel \"berlin\": spec.dataplane is Xfrm, but {Missing}.",
        Assert.Throws<NotSupportedException>(() => DataplaneSelection.Of(Settings("dataplane: Xfrm"), _ => Missing, others: null)).Message);

    [Fact]
    public void Where_the_card_is_to_encrypt_there_is_no_way_back_to_user_space()
    {
        TunnelSettings settings = Settings("dataplane: Auto", "hardwareOffload: Required");
        Assert.Equal(
            $"tunnel \"berlin\": spec.child.hardwareOffload is Required, which needs the kernel's data plane, but {Missing}.",
            Assert.Throws<NotSupportedException>(() => DataplaneSelection.Of(settings, _ => Missing, others: null)).Message);
        Assert.Throws<NotSupportedException>(() => DataplaneSelection.Of(settings, _ => null, others: DataplaneKind.Userspace));
        Assert.Equal(DataplaneKind.Xfrm, DataplaneSelection.Of(settings, _ => null, others: null).Kind);
    }

    [Fact]
    public void All_tunnels_of_a_daemon_have_one_data_plane()
    {
        DataplaneSelection follows = DataplaneSelection.Of(Settings("dataplane: Auto"), _ => null, DataplaneKind.Userspace);
        Assert.Equal(DataplaneKind.Userspace, follows.Kind);
        Assert.Contains("another tunnel of this daemon", follows.WhyNotXfrm);

        Assert.Contains("set the same spec.dataplane for all", Assert.Throws<NotSupportedException>(
            () => DataplaneSelection.Of(Settings("dataplane: Userspace"), _ => null, DataplaneKind.Xfrm)).Message);
        Assert.Contains("set the same spec.dataplane for all", Assert.Throws<NotSupportedException>(
            () => DataplaneSelection.Of(Settings("dataplane: Xfrm"), _ => null, DataplaneKind.Userspace)).Message);
    }

    private static TunnelSettings Settings(string more, string child = "proposals: [aes256gcm16, aes256-sha256]", string mark = "")
    {
        using TunnelDocument document = TunnelDocument.Load($$"""
            apiVersion: pqtunnel.io/v1alpha1
            kind: IpsecTunnel
            metadata: {name: berlin}
            spec:
              peer: {profile: Generic, addresses: [127.0.0.7], id: branch.example.net}
              authentication: {psk: {secretRef: {name: k} } }
              child: { {{child}} }
              {{more}}
              traffic: {local: [10.1.0.0/24], remote: [10.20.0.0/24]{{mark}} }
            """);
        Assert.Empty(document.Problems);
        return Assert.Single(document.Tunnels);
    }
}
