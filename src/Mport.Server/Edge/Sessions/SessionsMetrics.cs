using System.Diagnostics.Metrics;
using Mport.Protocol.Errors;
using Mport.Server.Metrics;

namespace Mport.Server.Edge.Sessions;

/// <summary>What is counted about sessions and their greetings.</summary>
internal sealed class SessionsMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _began;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _handshake;
    private readonly Counter<long> _resumed;
    private readonly Counter<long> _resumeFailed;
    private readonly Histogram<double> _resumePause;

    /// <summary>Makes the instruments.</summary>
    public SessionsMetrics(EdgeMeters meters)
    {
        _meter = meters.Create("sessions");
        _began = _meter.CreateCounter<long>("mport.sessions.began", unit: null, "Sessions that were admitted.");
        _ended = _meter.CreateCounter<long>("mport.sessions.ended", unit: null, "Sessions that ended, by the code of the reason.");
        _refused = _meter.CreateCounter<long>("mport.sessions.refused", unit: null, "Clients that were refused in their greeting, by code.");
        _failed = _meter.CreateCounter<long>("mport.sessions.handshakes_failed", unit: null, "Connections of clients that ended before a greeting was answered, by reason.");
        _handshake = _meter.CreateHistogram<double>("mport.sessions.handshake_duration", "s", "From an accepted connection to Welcome.");
        _resumed = _meter.CreateCounter<long>("mport.sessions.resumes", unit: null, "Carriers that went on over another connection, by the code of what broke the one before.");
        _resumeFailed = _meter.CreateCounter<long>("mport.sessions.resumes_failed", unit: null, "Carriers whose connection was not taken up again, by code: too late, or refused.");
        _resumePause = _meter.CreateHistogram<double>("mport.sessions.resume_pause", "s", "From a broken connection to the one that took its place.");
    }

    /// <summary>Makes the instruments that look at the sessions themselves. Call once.</summary>
    public void Watch(SessionRegistry sessions)
    {
        _meter.CreateObservableGauge("mport.sessions.active", () => sessions.Count, unit: null, "Sessions now.");
        _meter.CreateObservableGauge("mport.sessions.suspended", () => sessions.CountSuspended(), unit: null, "Sessions now that wait for their client to dial again.");
        _meter.CreateObservableGauge("mport.sessions.carriers", () => sessions.CountCarriers(), unit: null, "Carriers of all sessions now.");
        _meter.CreateObservableGauge("mport.sessions.streams", () => sessions.CountStreams(), unit: null, "Streams of all sessions now, control streams included.");
    }

    /// <summary>A session began.</summary>
    /// <param name="handshake">How long its greeting took.</param>
    public void Began(TimeSpan handshake)
    {
        _began.Add(1);
        _handshake.Record(handshake.TotalSeconds);
    }

    /// <summary>A session ended.</summary>
    public void Ended(ErrorCode code) => _ended.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    /// <summary>A carrier went on over another connection.</summary>
    public void Resumed(ErrorCode reason, TimeSpan pause)
    {
        _resumed.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
        _resumePause.Record(pause.TotalSeconds);
    }

    /// <summary>A carrier did not.</summary>
    public void ResumeFailed(ErrorCode code) => _resumeFailed.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    /// <summary>A greeting was answered with Refused.</summary>
    public void Refused(ErrorCode code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    /// <summary>A connection ended before its greeting was answered.</summary>
    /// <param name="reason">One of a few words: <c>too_many</c>, <c>timeout</c>, <c>stopping</c>, <c>protocol</c>, <c>broken</c>.</param>
    public void HandshakeFailed(string reason) => _failed.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
