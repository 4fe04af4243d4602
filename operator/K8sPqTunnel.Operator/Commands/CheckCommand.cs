namespace K8sPqTunnel.Operator.Commands;

/// <summary>`check URL`: asks an operator whether it is ready, until it is or a minute is over; what `helm test` runs in the cluster.</summary>
internal static class CheckCommand
{
    private const int NotReady = 1;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <param name="url">Of its readiness, for example <c>http://pqtunnel-operator.pqtunnel-system.svc:8080/readyz</c>.</param>
    /// <param name="time">What the minute is measured by.</param>
    /// <param name="messages">Where it says what it has heard.</param>
    public static async Task<int> RunAsync(Uri url, TimeProvider time, TextWriter messages)
    {
        using var client = new HttpClient();
        using var limit = new CancellationTokenSource(Limit, time);
        string answer = "no answer";
        try
        {
            while (true)
            {
                (bool ready, answer) = await AskAsync(client, url, limit.Token);
                if (ready)
                {
                    await messages.WriteLineAsync($"{url}: {answer}");
                    return 0;
                }

                await Task.Delay(Pause, time, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            await messages.WriteLineAsync(
                $"{url} is not ready after {Limit.TotalSeconds:0} s: {answer}. See the log of deployment/pqtunnel-operator; are the CustomResourceDefinitions installed?");
            return NotReady;
        }
    }

    private static async Task<(bool Ready, string Answer)> AskAsync(HttpClient client, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(url, cancellationToken);
            return (response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
        catch (HttpRequestException e)
        {
            return (false, e.Message);
        }
    }
}
