using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Mail;

/// <summary>What is counted about mail.</summary>
internal sealed class MailMetrics
{
    private readonly Counter<long> _attempts;
    private int _waiting;

    /// <summary>Makes the instruments.</summary>
    public MailMetrics(EdgeMeters meters)
    {
        var meter = meters.Create("mail");
        _attempts = meter.CreateCounter<long>("mport.mail.attempts", unit: null, "Attempts to send a mail, by result: sent, failed (it is tried again), given_up or needless (there was nothing to tell).");
        meter.CreateObservableGauge("mport.mail.waiting", () => Volatile.Read(ref _waiting), unit: null, "Mails that wait to be sent.");
    }

    /// <summary>A mail was tried.</summary>
    /// <param name="result"><c>sent</c>, <c>failed</c>, <c>given_up</c> or <c>needless</c>.</param>
    public void Tried(string result) => _attempts.Add(1, new KeyValuePair<string, object?>("result", result));

    /// <summary>So many wait.</summary>
    public void Waiting(int count) => Volatile.Write(ref _waiting, count);
}
