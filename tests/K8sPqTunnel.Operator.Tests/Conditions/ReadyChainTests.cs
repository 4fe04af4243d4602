using K8sPqTunnel.Api.Settings;
using K8sPqTunnel.Api.Resources;
using K8sPqTunnel.Api.Validation;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Kubernetes.Core;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Conditions;
using K8sPqTunnel.Operator.Observation;
using K8sPqTunnel.Operator.Resources;

namespace K8sPqTunnel.Operator.Tests.Conditions;

public sealed class ReadyChainTests
{
    [Fact]
    public void A_tunnel_whose_probe_is_answered_has_no_verdict() => Assert.Null(ReadyChain.Judge(Samples.Observation()));

    [Fact]
    public void An_unprobed_tunnel_with_a_child_sa_has_no_verdict() =>
        Assert.Null(ReadyChain.Judge(With(r => r.Probe = new DataPathProbe { State = ProbeState.Unprobed })));

    [Fact]
    public void A_wrong_spec_stalls_and_names_every_problem()
    {
        TunnelResource wrong = Samples.Tunnel with
        {
            Spec = Samples.Tunnel.Spec! with { Traffic = new TrafficSpec { Local = ["10.0.0.0/33"], Remote = ["x"] } },
        };
        Verdict verdict = Judge(Samples.Observation() with { Validation = TunnelValidator.Validate(wrong.ToDocument()) });
        Assert.Equal(("InvalidSpec", true), (verdict.Reason, verdict.Stalled));
        Assert.Contains("spec.traffic.local[0]", verdict.Message);
        Assert.Contains("spec.traffic.remote[0]", verdict.Message);
    }

    [Fact]
    public void A_missing_secret_is_named_with_its_key()
    {
        Verdict verdict = Judge(Samples.Observation() with { Secrets = [Samples.GoodSecret with { Exists = false, Value = null }] });
        Assert.Equal(("SecretMissing", true), (verdict.Reason, verdict.Stalled));
        Assert.Equal("Secret \"berlin-psk\" does not exist in namespace \"network\": create it with the pre-shared key under \"psk\"", verdict.Message);
    }

    [Fact]
    public void A_secret_without_the_key_is_told_which_key()
    {
        Verdict verdict = Judge(Samples.Observation() with { Secrets = [Samples.GoodSecret with { Value = null }] });
        Assert.Equal("Secret \"berlin-psk\" has no key \"psk\": add it with the pre-shared key", verdict.Message);
    }

    [Fact]
    public void The_secret_of_a_postquantum_preshared_key_has_to_be_there_too()
    {
        TunnelObservation observed = Samples.Observation() with { Validation = TunnelValidator.Validate(Samples.TunnelWithPpk.ToDocument()) };

        SecretSight ppk = Samples.GoodSecret with { Reference = observed.Validation.Settings!.Authentication.Ppks[0].Secret };

        Verdict verdict = Judge(observed with { Secrets = [Samples.GoodSecret, ppk with { Exists = false, Value = null }] });

        Assert.Equal(("SecretMissing", true), (verdict.Reason, verdict.Stalled));
        Assert.Equal("Secret \"berlin-ppk\" does not exist in namespace \"network\": create it with the postquantum preshared key under \"psk\"", verdict.Message);
        Assert.NotEqual("SecretMissing", ReadyChain.Judge(observed with { Secrets = [Samples.GoodSecret, ppk] })?.Reason);
    }

    [Fact]
    public void Each_Secret_of_certificates_is_told_with_what_belongs_there()
    {
        var key = new SecretReference("edge-tls", "tls.key");
        var ca = new SecretReference("roots", "ca.crt");
        var authentication = new AuthenticationSettings(null, null, new SecretReference("edge-tls", "tls.crt"), key, ca, RevocationChoice.Soft, RsaSignatureChoice.Pss, [], PpkExchange.Intermediate);

        Assert.Equal(
            "Secret \"edge-tls\" has no key \"tls.key\": add it with the certificate's private key",
            new SecretSight(key, Exists: true, Value: null).Problem(authentication, "network"));
        Assert.Equal(
            "Secret \"roots\" does not exist in namespace \"network\": create it with the certificates of the authorities that may vouch for the peer "
            + "under \"ca.crt\"", new SecretSight(ca, Exists: false, Value: null).Problem(authentication, "network"));
        Assert.Null((Samples.GoodSecret with { Reference = key }).Problem(authentication, "network"));
    }

    [Fact]
    public void A_pod_that_cannot_pull_its_image_says_so()
    {
        Pod pod = Samples.PodWith(new ContainerState { Waiting = new ContainerStateWaiting { Reason = "ErrImagePull", Message = "no such image" } });
        Verdict verdict = Judge(Samples.Observation() with { Gateway = new GatewaySight(pod), Daemon = null });
        Assert.Equal("GatewayNotRunning", verdict.Reason);
        Assert.Equal("the gateway pod pqtunnel-berlin-0 does not start (ErrImagePull): no such image", verdict.Message);
    }

    [Fact]
    public void A_daemon_that_ended_is_quoted_rather_than_the_kubelets_back_off()
    {
        Pod pod = Samples.PodWith(new ContainerState { Waiting = new ContainerStateWaiting { Reason = "CrashLoopBackOff", Message = "back-off 10s" } });
        ContainerStatus ended = pod.Status!.ContainerStatuses![0] with
        {
            LastState = new ContainerState { Terminated = new ContainerStateTerminated { Message = "/dev/net/tun is missing\n" } },
        };
        pod = pod with { Status = pod.Status with { ContainerStatuses = [ended] } };

        Verdict verdict = Judge(Samples.Observation() with { Gateway = new GatewaySight(pod), Daemon = null });
        Assert.Equal("the daemon in pod pqtunnel-berlin-0 ended: /dev/net/tun is missing", verdict.Message);
    }

    [Fact]
    public void What_the_API_server_refuses_is_said_even_while_an_older_gateway_still_passes_packets()
    {
        Verdict verdict = Judge(Samples.Observation() with { Refusal = "apply deployments: the API server answered 422 Invalid: nodeSelector." });
        Assert.Equal(("GatewayRefused", true), (verdict.Reason, verdict.Stalled));
        Assert.Contains("nodeSelector", verdict.Message);
    }

    [Theory]
    [InlineData("0/1 nodes are available.", "0/1 nodes are available.")]
    [InlineData("0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
        "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports. Another pod in the node's network has the port in metricsPort: "
        + "choose another one, for example 9511, or another node")]
    public void A_pod_that_no_node_takes_says_why_and_what_to_do_about_its_port(string scheduler, string expected)
    {
        Pod pod = Samples.RunningPod with
        {
            Status = new PodStatus
            {
                Conditions = [new PodCondition { Type = "PodScheduled", Status = ConditionStatus.False, Message = scheduler }],
            },
        };
        Verdict verdict = Judge(Samples.Observation() with { Gateway = new GatewaySight(pod), Daemon = null });
        Assert.Equal(("GatewayUnschedulable", false), (verdict.Reason, verdict.Stalled));
        Assert.Equal($"no node takes the gateway pod pqtunnel-berlin-0: {expected}", verdict.Message);
    }

    [Fact]
    public void A_daemon_that_is_away_makes_the_truth_unknown_and_not_false()
    {
        TunnelObservation observed = Samples.Observation();
        Verdict verdict = Judge(observed with { Daemon = observed.Daemon! with { Connected = false } });
        Assert.Equal(("DaemonAway", true), (verdict.Reason, verdict.Unknown));
    }

    [Fact]
    public void A_report_about_an_older_spec_is_no_answer_about_this_one() =>
        Assert.Equal("SpecRollout", Judge(With(r => r.ObservedGeneration = 2)).Reason);

    [Fact]
    public void The_daemons_own_sentence_reaches_the_user()
    {
        Verdict verdict = Judge(With(r =>
        {
            r.Phase = TunnelPhase.Connecting;
            r.LastError = new TunnelError { Reason = "no-proposal-chosen", Message = "the peer offers only classical key exchange\n(group 20)" };
        }));
        Assert.Equal(("Noproposalchosen", "the peer offers only classical key exchange (group 20)"), (verdict.Reason, verdict.Message));
    }

    [Fact]
    public void A_daemon_that_gives_up_stalls_the_tunnel()
    {
        Verdict verdict = Judge(With(r =>
        {
            r.Phase = TunnelPhase.Stalled;
            r.LastError = new TunnelError { Reason = "AuthenticationFailed", Message = "the peer refuses our key" };
        }));
        Assert.True(verdict.Stalled);
    }

    [Fact]
    public void A_classical_tunnel_is_never_ready_under_required()
    {
        TunnelObservation classical = With(r => r.IkeSa.QuantumSafe = false);
        Assert.Equal("NotQuantumSafe", Judge(classical).Reason);
        Assert.Null(ReadyChain.Judge(classical with { Policy = KeyExchangePolicy.Preferred }));
    }

    [Fact]
    public void A_classical_child_sa_of_a_hybrid_ike_sa_is_not_quantum_safe() =>
        Assert.Equal("NotQuantumSafe", Judge(With(r => r.ChildSas[0].QuantumSafety = Grpc.Contract.V1.QuantumSafety.None)).Reason);

    [Fact]
    public void A_silent_probe_is_named() =>
        Assert.Equal("ProbeUnanswered", Judge(With(r => r.Probe.State = ProbeState.Unhealthy)).Reason);

    [Fact]
    public void A_probe_that_is_not_answered_yet_is_awaited_and_nothing_is_claimed() =>
        Assert.Equal("ProbePending", Judge(With(r => r.Probe.State = ProbeState.Unprobed)).Reason);

    [Fact]
    public void A_probe_that_cannot_be_begun_stalls_in_the_daemons_words()
    {
        Verdict verdict = Judge(With(r =>
        {
            r.Probe.State = ProbeState.Unprobed;
            r.LastError = new TunnelError { Reason = "ProbeImpossible", Message = "give the process the capability NET_RAW" };
        }));
        Assert.Equal(("ProbeImpossible", true, "give the process the capability NET_RAW"), (verdict.Reason, verdict.Stalled, verdict.Message));
    }

    private static Verdict Judge(TunnelObservation observed)
    {
        Verdict? verdict = ReadyChain.Judge(observed);
        Assert.NotNull(verdict);
        return verdict;
    }

    private static TunnelObservation With(Action<TunnelReport> change)
    {
        TunnelReport report = Samples.Report;
        change(report);
        return Samples.Observation(report);
    }
}
