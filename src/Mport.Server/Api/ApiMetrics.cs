using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Api;

/// <summary>What is counted about API requests.</summary>
internal sealed class ApiMetrics
{
    private static readonly string[] Classes = ["other", "1xx", "2xx", "3xx", "4xx", "5xx"];
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5] };

    private readonly Counter<long> _requests;
    private readonly Counter<long> _limited;
    private readonly Counter<long> _unauthenticated;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public ApiMetrics(EdgeMeters meters)
    {
        var meter = meters.Create("api");
        _requests = meter.CreateCounter<long>("mport.api.requests", unit: null, "API requests, by the class of their answer's status.");
        _limited = meter.CreateCounter<long>("mport.api.limited", unit: null, "API requests that were refused since their account or address had sent too many.");
        _unauthenticated = meter.CreateCounter<long>("mport.api.unauthenticated", unit: null, "API requests without good credentials.");
        _duration = meter.CreateHistogram("mport.api.request_duration", "s", "How long API requests took.", tags: null, Seconds);
    }

    /// <summary>A request was answered.</summary>
    public void Answered(int status, TimeSpan duration)
    {
        var index = status / 100;
        _requests.Add(1, new KeyValuePair<string, object?>("status", Classes[index is >= 1 and <= 5 ? index : 0]));
        _duration.Record(duration.TotalSeconds);
        if (status == StatusCodes.Status429TooManyRequests)
        {
            _limited.Add(1);
        }
        else if (status == StatusCodes.Status401Unauthorized)
        {
            _unauthenticated.Add(1);
        }
    }
}
