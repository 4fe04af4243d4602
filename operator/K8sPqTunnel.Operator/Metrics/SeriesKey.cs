using System.Diagnostics.Metrics;

namespace K8sPqTunnel.Operator.Metrics;

/// <summary>One line of <c>/metrics</c>: an instrument and its labels as they are written.</summary>
internal readonly record struct SeriesKey(Instrument Instrument, string Labels);
