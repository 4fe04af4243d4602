using System.Net;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Sidecar.State;
using K8sPqTunnel.Sidecar.Tunnels;
using K8sPqTunnel.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace K8sPqTunnel.Sidecar.Tests.Tunnels;

public sealed class TunnelProbeTests : IDisposable
{
    private const string NoAddress = "10.1.0.1 is no address of this host";
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(10);

    private readonly SizedDataplane _dataplane = new() { WhyNoProbe = NoAddress };
    private readonly TunnelBoard _board = new(new TunnelSnapshot { Namespace = "network", Name = "berlin" });
    private readonly ManualTime _time = new();
    private readonly TunnelProbe _probe;

    public TunnelProbeTests() => _probe = new TunnelProbe(
        new ProbeSettings(IPAddress.Parse("10.20.0.1"), ProbeProtocol.Icmp, 0, TimeSpan.FromSeconds(1)), _dataplane, _board, _time, NullLogger<TunnelProbe>.Instance);

    public void Dispose() => _probe.Dispose();

    [Fact]
    public void A_probe_that_cannot_be_begun_is_tried_again_and_its_error_goes_when_it_can()
    {
        _probe.Start();
        Assert.Equal(("ProbeImpossible", $"tunnel \"berlin\": {NoAddress}."), (_board.Current.LastError!.Reason, _board.Current.LastError.Message));
        _time.Advance(RetryWait);
        Assert.NotNull(_board.Current.LastError);
        Assert.Equal(2, _dataplane.ProbesAsked);

        _dataplane.WhyNoProbe = null;
        _time.Advance(RetryWait);
        Assert.Null(_board.Current.LastError);
        Assert.Equal((3, true), (_dataplane.ProbesAsked, _dataplane.IsProbed));
        _time.Advance(3 * RetryWait);
        Assert.Equal(3, _dataplane.ProbesAsked);
    }

    [Fact]
    public void An_error_of_something_else_stays()
    {
        _probe.Start();
        var other = new FailureSnapshot("PeerUnreachable", "no answer", _time.GetUtcNow());
        _dataplane.WhyNoProbe = null;
        _board.Update(tunnel => tunnel with { LastError = other });
        _time.Advance(RetryWait);
        Assert.True(_dataplane.IsProbed);
        Assert.Equal(other, _board.Current.LastError);
    }

    [Fact]
    public void Without_an_SA_nothing_is_tried()
    {
        _probe.Start();
        _probe.Stop();
        _time.Advance(3 * RetryWait);
        Assert.Equal(1, _dataplane.ProbesAsked);
        _dataplane.WhyNoProbe = null;
        _probe.Start();
        Assert.True(_dataplane.IsProbed);
    }
}
