namespace K8sPqTunnel.Bench.Esp;

/// <summary>One load through one tunnel.</summary>
/// <param name="BitsPerSecond">That arrived: TCP's payload, or whole inner IP packets.</param>
/// <param name="PacketsPerSecond">Inner packets that arrived; 0 for TCP, whose packets nobody outside the tunnel sees one by one.</param>
/// <param name="UserSeconds">User time of the processes of both ends for each second of the load; 0 without processes.</param>
/// <param name="KernelSeconds">Their system time.</param>
/// <param name="MedianLatency">Round trip of a ping through the same tunnel meanwhile, in milliseconds.</param>
/// <param name="P99Latency">Which 99 % of the pings did not exceed.</param>
internal sealed record EspMeasurement(
    double BitsPerSecond, double PacketsPerSecond, double UserSeconds, double KernelSeconds, double MedianLatency, double P99Latency)
{
    public double CpuSeconds => UserSeconds + KernelSeconds;

    public double CpuMicrosecondsPerPacket => 1e6 * CpuSeconds / PacketsPerSecond;

    public double CpuSecondsPerGigabyte => PerGigabyte(CpuSeconds);

    public double UserSecondsPerGigabyte => PerGigabyte(UserSeconds);

    public double KernelSecondsPerGigabyte => PerGigabyte(KernelSeconds);

    private double PerGigabyte(double seconds) => 8e9 * seconds / BitsPerSecond;
}
