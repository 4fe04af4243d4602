using System.Text;
using System.Threading.Channels;
using K8sPqTunnel.Kubernetes.Client;
using K8sPqTunnel.Kubernetes.Informers;
using K8sPqTunnel.Kubernetes.Meta;
using K8sPqTunnel.Operator.Certificates;
using K8sPqTunnel.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace K8sPqTunnel.Operator.Admission;

/// <summary>Tells the API server, in the webhook configuration that the chart installs, whose certificate the operator shows.</summary>
internal sealed class WebhookTrust
{
    /// <summary>The configuration's name in the chart.</summary>
    public const string Name = "pqtunnel-operator";

    private readonly ResourceClient<WebhookConfiguration> _configurations;
    private readonly Informer<WebhookConfiguration> _informer;
    private readonly byte[] _authorities;
    private readonly ILogger<WebhookTrust> _logger;
    private readonly Channel<WebhookConfiguration> _changed = Channel.CreateBounded<WebhookConfiguration>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    public WebhookTrust(KubernetesClient client, OperatorIdentity identity, ILogger<WebhookTrust> logger)
    {
        _configurations = client.Of(OperatorKinds.Webhooks);
        _informer = new(_configurations, new InformerOptions { FieldSelector = $"metadata.name={Name}" }, logger);
        _informer.Subscribe(change =>
        {
            if (change.New is { } now)
                _changed.Writer.TryWrite(now);
        });
        _authorities = Encoding.UTF8.GetBytes(identity.TrustedPem);
        _logger = logger;
    }

    /// <summary>Keeps the configuration true until the token is cancelled. Without one there is nothing to do.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await await Task.WhenAny(_informer.RunAsync(cancellationToken), FillInAllAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task FillInAllAsync(CancellationToken cancellationToken)
    {
        await foreach (WebhookConfiguration configuration in _changed.Reader.ReadAllAsync(cancellationToken))
            await FillInAsync(configuration, cancellationToken);
    }

    private async Task FillInAsync(WebhookConfiguration configuration, CancellationToken cancellationToken)
    {
        if (configuration.Webhooks is not { Count: > 0 } webhooks
            || webhooks.All(webhook => webhook.ClientConfig?.CaBundle is { } bundle && bundle.AsSpan().SequenceEqual(_authorities)))
        {
            return;
        }

        var desired = new WebhookConfiguration
        {
            Metadata = new ObjectMeta { Name = Name, Uid = configuration.Metadata.Uid },
            Webhooks = [.. webhooks.Select(webhook => new Webhook { Name = webhook.Name, ClientConfig = new WebhookClientConfig { CaBundle = _authorities } })],
        };
        try
        {
            await _configurations.ApplyAsync(desired, FieldManager.Name, cancellationToken: cancellationToken);
            AdmissionLog.Trusted(_logger, Name);
        }
        catch (KubernetesException e)
        {
            // The next change, or the next relist, comes here again.
            AdmissionLog.NotTrusted(_logger, Name, e.Message);
        }
    }
}
