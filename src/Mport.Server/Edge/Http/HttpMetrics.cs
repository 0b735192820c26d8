using System.Diagnostics.Metrics;
using Mport.Server.Edge.Pages;
using Mport.Server.Metrics;

namespace Mport.Server.Edge.Http;

/// <summary>What is counted about HTTP requests.</summary>
internal sealed class HttpMetrics
{
    private static readonly string[] Classes = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] };

    private readonly Counter<long> _requests;
    private readonly Counter<long> _pages;
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public HttpMetrics(EdgeMeters meters)
    {
        var meter = meters.Create("http");
        _requests = meter.CreateCounter<long>("mport.http.requests", unit: null, "Requests to tunnels, by the class of their answer's status.");
        _pages = meter.CreateCounter<long>("mport.http.refused", unit: null, "Requests that the edge itself answered with a page that says why, by code.");
        _active = meter.CreateUpDownCounter<long>("mport.http.requests_active", unit: null, "Requests to tunnels now, WebSockets included.");
        _duration = meter.CreateHistogram("mport.http.request_duration", "s", "How long requests to tunnels took, to the end of the answer.", tags: null, Seconds);
    }

    /// <summary>A request goes to a tunnel.</summary>
    public void Began() => _active.Add(1);

    /// <summary>It has ended.</summary>
    public void Ended(int status, TimeSpan duration)
    {
        _active.Add(-1);
        var index = status / 100;
        _requests.Add(1, new KeyValuePair<string, object?>("status", Classes[index is >= 1 and <= 5 ? index : 0]));
        _duration.Record(duration.TotalSeconds);
    }

    /// <summary>The edge answers with a page of its own.</summary>
    public void Refused(VisitorPage page) => _pages.Add(1, new KeyValuePair<string, object?>("code", page.Description.Code.ToString()));
}
