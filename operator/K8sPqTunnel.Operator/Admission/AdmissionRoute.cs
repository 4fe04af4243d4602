using System.Text.Json;
using K8sPqTunnel.Operator.Policies;
using K8sPqTunnel.Operator.Resources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace K8sPqTunnel.Operator.Admission;

/// <summary>What an API server calls before it stores a tunnel.</summary>
internal static class AdmissionRoute
{
    /// <summary>The path in the webhook configuration.</summary>
    public const string Path = "/validate/ipsectunnels";

    // Two objects of at most 1.5 MiB, as etcd takes them, and what is around them.
    private const long MaxRequest = 4 * 1024 * 1024;

    /// <param name="app">The operator.</param>
    /// <param name="port">Where it is answered, and nowhere else.</param>
    public static void Map(WebApplication app, int port)
    {
        var admission = app.Services.GetRequiredService<TunnelAdmission>();
        var policies = app.Services.GetRequiredService<PolicyView>();
        app.MapPost(Path, context => context.Connection.LocalPort == port ? AnswerAsync(context, admission, policies) : NotFound(context));
    }

    private static async Task AnswerAsync(HttpContext context, TunnelAdmission admission, PolicyView policies)
    {
        // The API server does what failurePolicy says.
        if (!policies.HasSynced)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("the cluster's policies are still being listed", context.RequestAborted);
            return;
        }

        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MaxRequest;
        AdmissionReview? review;
        try
        {
            review = await JsonSerializer.DeserializeAsync(context.Request.Body, OperatorJson.Default.AdmissionReview, context.RequestAborted);
        }
        catch (JsonException)
        {
            review = null;
        }

        if (review?.Request is not { } request)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("this is no AdmissionReview of admission.k8s.io/v1", context.RequestAborted);
            return;
        }

        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(
            context.Response.Body, new AdmissionReview { Response = admission.Review(request) }, OperatorJson.Default.AdmissionReview, context.RequestAborted);
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
