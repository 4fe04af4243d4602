using System.Net.Security;
using K8sPqTunnel.Grpc.Contract.V1;
using K8sPqTunnel.Grpc.Server;
using K8sPqTunnel.Grpc.Tls;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Events;
using K8sPqTunnel.Kubernetes.Telemetry;
using K8sPqTunnel.Operator.Admission;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Leadership;
using K8sPqTunnel.Operator.Metrics;
using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Reconciliation;
using K8sPqTunnel.Operator.Rendering;
using K8sPqTunnel.Operator.Resources;
using K8sPqTunnel.Operator.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Hosting;

/// <summary>Puts the operator together: the gRPC service, health and metrics, and the loop that reconciles.</summary>
internal static class OperatorHost
{
    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(90);

    /// <param name="options">From the environment.</param>
    /// <param name="client">The cluster.</param>
    /// <param name="identity">What the operator proves itself with.</param>
    /// <param name="metrics">Shared with the client.</param>
    /// <param name="clock">What tells the time.</param>
    public static WebApplication Build(
        OperatorOptions options, KubernetesClient client, OperatorIdentity identity, KubernetesMetrics metrics, TimeProvider clock)
    {
        // Empty: the slim builder watches the working directory for an appsettings.json, with all below it, and that is "/" in a container.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        OperatorLogging.Configure(builder.Logging);
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Listen(kestrel, options, identity, clock));

        IServiceCollection services = builder.Services;
        services.AddSingleton(clock);
        services.AddSingleton(metrics);
        services.AddSingleton(s => new ReplicaLeadership(client, options, metrics, clock, s.GetRequiredService<ILogger<ReplicaLeadership>>()));
        // What is made from here on writes only while this replica leads.
        services.AddSingleton(s => client.FencedBy(s.GetRequiredService<ReplicaLeadership>().Fence));
        services.AddSingleton(new GatewayFactory(identity, new GatewayOptions(options.DaemonImage, options.Url) { Telemetry = options.Telemetry }));
        services.AddSingleton(s => new ClusterView(client, identity.DigestKey, s.GetRequiredService<ILogger<ClusterView>>()));
        services.AddSingleton<PolicyView>();
        services.AddSingleton<PolicyReconciler>();
        services.AddSingleton<TunnelAdmission>();
        // All replicas answer the API server, and trust the same authority.
        services.AddSingleton(s => new WebhookTrust(client, identity, s.GetRequiredService<ILogger<WebhookTrust>>()));
        services.AddSingleton<TunnelMetrics>();
        services.AddSingleton<PrometheusCollector>();
        services.AddSingleton<SessionRegistry>();
        services.AddSingleton<TokenReviewBudget>();
        services.AddSingleton<DaemonAuthentication>();
        services.AddSingleton<TunnelControlService>();
        services.AddSingleton<GatewayApplier>();
        services.AddSingleton<TunnelJudgement>();
        services.AddSingleton<TunnelDelivery>();
        services.AddSingleton<GatewayRollout>();
        services.AddSingleton<GatewayStatusWriter>();
        services.AddSingleton<GatewayReconciler>();
        services.AddSingleton<StatusWriter>();
        services.AddSingleton<TunnelTeardown>();
        services.AddSingleton<TunnelReconciler>();
        services.AddSingleton(s => new EventRecorder(s.GetRequiredService<KubernetesClient>(), EventsOf(options, metrics), s.GetRequiredService<ILogger<EventRecorder>>()));
        services.AddSingleton(_ => new MetricsExport());
        services.AddHostedService<OperatorLoop>();

        WebApplication app = builder.Build();
        app.MapGrpcBidi(TunnelControl.Session, app.Services.GetRequiredService<TunnelControlService>().SessionAsync);
        AdmissionRoute.Map(app, options.WebhookPort);
        HealthRoutes.Map(app, app.Services.GetRequiredService<ClusterView>(), app.Services.GetRequiredService<PolicyView>());
        MetricsRoute.Map(app);
        if (options.Telemetry.Count > 0)
            app.Services.GetRequiredService<MetricsExport>();
        return app;
    }

    private static void Listen(KestrelServerOptions kestrel, OperatorOptions options, OperatorIdentity identity, TimeProvider clock)
    {
        // Lives as long as the process.
        var certificate = new RenewingServerCertificate(identity.Authority, options.CertificateNames, CertificateLifetime, clock);
        kestrel.UseGrpcLimits();
        kestrel.ListenAnyIP(options.GrpcPort, listen => listen.UseGrpcTls(certificate));
        // API servers call webhooks by HTTP/1.1 (kubernetes/kubernetes#75791).
        var forWebhooks = new RenewingServerCertificate(
            identity.Authority, options.CertificateNames, CertificateLifetime, clock, SslApplicationProtocol.Http11);
        kestrel.ListenAnyIP(options.WebhookPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(forWebhooks.Current()) });
        });
        kestrel.ListenAnyIP(options.HttpPort, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static EventRecorderOptions EventsOf(OperatorOptions options, KubernetesMetrics metrics) =>
        new() { Controller = FieldManager.Controller, Instance = options.Instance, Metrics = metrics };
}
