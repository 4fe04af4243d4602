using K8sPqTunnel.Lab.Capture;
using K8sPqTunnel.Lab.Daemon;
using K8sPqTunnel.Lab.Peers;
using K8sPqTunnel.Lab.Processes;

namespace K8sPqTunnel.Interop.Tests.Tunnels;

/// <summary>Both ends prove themselves by certificates that one authority issued; what is wrong with them is said, and there is no tunnel.</summary>
public sealed class CertificateTests(Realm realm)
{
    private static readonly Uri Responder = new("http://127.0.0.1:8888/");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(KeyKind.Rsa)]
    [InlineData(KeyKind.Ecdsa256)]
    [InlineData(KeyKind.Ecdsa384)]
    [InlineData(KeyKind.Ed25519)]
    public async Task A_tunnel_comes_up_with_certificates(KeyKind kind)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, $"certificates-{kind}");
        PeerAuthority authority = await PeerAuthority.CreateAsync(kind, scene.Network.Gateway, Stop);
        StrongSwan peer = await StartPeerAsync(scene, await authority.IssueAsync(Connections.Remote.LocalId, Stop));

        await scene.BringUpAsync(new TunnelFile { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop) });

        Assert.True(await scene.PingAsync(3));
        Assert.Contains("ESTABLISHED", await peer.ListSasAsync(Stop), StringComparison.Ordinal);
        WireReport wire = await scene.StopCaptureAsync();
        Assert.True(wire.NothingLeaked, string.Join('\n', wire.Clear));
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_but_PKCS_1_gets_it_where_the_tunnel_says_so()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "certificates-pkcs1");
        PeerAuthority authority = await PeerAuthority.CreateAsync(KeyKind.Rsa, scene.Network.Gateway, Stop);
        await StartPeerAsync(
            scene, await authority.IssueAsync(Connections.Remote.LocalId, Stop), Connections.Remote with { Signatures = SignatureScheme.Pkcs1 });
        var tunnel = new TunnelFile { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop) };

        PqTunnel refused = await scene.StartDaemonAsync(tunnel);
        Assert.Equal(1, (await refused.Up.FinishAsync(Stop)).ExitCode);

        await scene.BringUpAsync(tunnel with { RsaSignature = "Pkcs1" });
        Assert.True(await scene.PingAsync(3));
    }

    [Theory]
    [InlineData(KeyKind.Rsa, "RSA signature")]
    [InlineData(KeyKind.Ecdsa256, "ECDSA-256 signature")]
    [InlineData(KeyKind.Ecdsa384, "ECDSA-384 signature")]
    public async Task A_peer_without_RFC_7427_takes_and_makes_signatures_of_the_older_kind(KeyKind kind, string said)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, $"certificates-older-{kind}");
        PeerAuthority authority = await PeerAuthority.CreateAsync(kind, scene.Network.Gateway, Stop);
        StrongSwan peer = await scene.StartPeerAsync(options: new StrongSwanOptions { DigitalSignatures = false });
        await peer.LoadAsync(Connections.Remote with { Credentials = await authority.IssueAsync(Connections.Remote.LocalId, Stop) }, Stop);

        await scene.BringUpAsync(
            new TunnelFile { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop), RsaSignature = "Sha1" });

        Assert.True(await scene.PingAsync(3));
        Assert.Matches($"authentication of '{Connections.Remote.RemoteId}' with {said} successful", peer.Log);
        Assert.Matches($"authentication of '{Connections.Remote.LocalId}' \\(myself\\) with {said} successful", peer.Log);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "has been revoked by its issuer")]
    public async Task An_OCSP_responder_decides_about_the_peers_certificate(bool isRevoked, string said)
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, isRevoked ? "certificate-revoked" : "certificate-not-revoked");
        PeerAuthority authority = await PeerAuthority.CreateAsync(KeyKind.Ecdsa256, scene.Network.Gateway, Stop);
        var named = new CertificateOptions { OcspResponder = Responder.AbsoluteUri };
        StrongSwan peer = await StartPeerAsync(scene, await authority.IssueAsync(Connections.Remote.LocalId, Stop, named));
        await using RunningCommand responder = await authority.AnswerOcspAsync(Responder, Connections.Remote.LocalId, isRevoked, Stop);
        var tunnel = new TunnelFile { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop), Revocation = "Strict" };

        if (isRevoked)
        {
            await AssertRefusedAsync(scene, peer, tunnel, said);
            return;
        }

        await scene.BringUpAsync(tunnel);
        Assert.True(await scene.PingAsync(3));
    }

    [Fact]
    public async Task Where_no_OCSP_responder_answers_a_strict_tunnel_stays_down()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "certificate-unanswered");
        PeerAuthority authority = await PeerAuthority.CreateAsync(KeyKind.Ecdsa256, scene.Network.Gateway, Stop);
        var named = new CertificateOptions { OcspResponder = Responder.AbsoluteUri };
        StrongSwan peer = await StartPeerAsync(scene, await authority.IssueAsync(Connections.Remote.LocalId, Stop, named));
        PeerCredentials own = await authority.IssueAsync(Connections.Remote.RemoteId, Stop);

        await AssertRefusedAsync(scene, peer, new TunnelFile { Credentials = own, Revocation = "Strict" }, "may be revoked");
        await scene.BringUpAsync(new TunnelFile { Credentials = own });
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "certificate-untrusted");
        PeerAuthority authority = await PeerAuthority.CreateAsync(KeyKind.Ecdsa256, scene.Network.Gateway, Stop);
        PeerAuthority other = await PeerAuthority.CreateAsync(KeyKind.Ecdsa256, scene.Network.Workload, Stop);
        PeerCredentials own = await authority.IssueAsync(Connections.Remote.RemoteId, Stop);
        PeerCredentials stranger = await other.IssueAsync(Connections.Remote.LocalId, Stop);
        // The peer trusts ours, so that it is we who refuse.
        StrongSwan peer = await StartPeerAsync(scene, stranger with { Authority = own.Authority });

        await AssertRefusedAsync(scene, peer, new TunnelFile { Credentials = own }, "was not issued by an authority that we trust");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "certificate-expired");
        PeerAuthority authority = await PeerAuthority.CreateAsync(KeyKind.Ecdsa256, scene.Network.Gateway, Stop);
        var expired = new CertificateOptions { HasExpired = true };
        StrongSwan peer = await StartPeerAsync(scene, await authority.IssueAsync(Connections.Remote.LocalId, Stop, expired));

        await AssertRefusedAsync(
            scene, peer, new TunnelFile { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop) }, "expired at 2025-02-01");
    }

    [Fact]
    public async Task A_peer_that_is_certified_for_another_name_is_refused()
    {
        await using TunnelScene scene = await TunnelScene.SetAsync(realm, "certificate-other-name");
        PeerAuthority authority = await PeerAuthority.CreateAsync(KeyKind.Ecdsa256, scene.Network.Gateway, Stop);
        // strongSwan shows the name that its certificate is for, whatever it is asked for.
        StrongSwan peer = await StartPeerAsync(
            scene, await authority.IssueAsync("other.example.net", Stop), Connections.Remote with { LocalId = "other.example.net" });

        await AssertRefusedAsync(
            scene, peer, new TunnelFile { Credentials = await authority.IssueAsync(Connections.Remote.RemoteId, Stop) }, Connections.Remote.LocalId);
    }

    private static async Task<StrongSwan> StartPeerAsync(TunnelScene scene, PeerCredentials credentials, PeerConnection? connection = null)
    {
        StrongSwan peer = await scene.StartPeerAsync();
        await peer.LoadAsync((connection ?? Connections.Remote) with { Credentials = credentials }, Stop);
        return peer;
    }

    private static async Task AssertRefusedAsync(TunnelScene scene, StrongSwan peer, TunnelFile tunnel, string said)
    {
        PqTunnel daemon = await scene.StartDaemonAsync(tunnel);
        CommandResult ended = await daemon.Up.FinishAsync(Stop);

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains(said, ended.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("INSTALLED", await peer.ListSasAsync(Stop), StringComparison.Ordinal);
    }
}
