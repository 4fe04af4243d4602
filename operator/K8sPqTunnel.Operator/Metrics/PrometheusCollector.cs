using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace K8sPqTunnel.Operator.Metrics;

/// <summary>Adds up what this project's meters measure, for <c>/metrics</c>.</summary>
/// <remarks>Histograms are kept as sum and count (a Prometheus summary without quantiles).</remarks>
internal sealed class PrometheusCollector : IDisposable
{
    private const string MeterPrefix = "K8sPqTunnel.";
    private const int MaxSeries = 100_000;                                 // a label that runs wild must not eat the memory

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<SeriesKey, Series> _series = new();
    private readonly Lock _collecting = new();
    private readonly List<Reading> _observed = [];

    public PrometheusCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All series in Prometheus' text format.</summary>
    public StringBuilder Text()
    {
        lock (_collecting)
        {
            // What is observed is read anew, and not kept: a series that is no longer reported must not stay, and of tunnels there are thousands.
            _listener.RecordObservableInstruments();
            StringBuilder text = PrometheusText.Of(_series.Select(series => Reading.Of(series.Key, series.Value)).Concat(_observed));
            _observed.Clear();
            return text;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Measured(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new SeriesKey(instrument, PrometheusText.Labels(tags));
        if (instrument.IsObservable)
        {
            if (_observed.Count < MaxSeries)
                _observed.Add(new Reading(key, value, 1));
            return;
        }

        if (!_series.TryGetValue(key, out Series? series))
        {
            if (_series.Count >= MaxSeries)
                return;
            series = _series.GetOrAdd(key, static _ => new Series());
        }

        series.Add(value);
    }
}
