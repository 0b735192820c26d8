using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Certificates;

/// <summary>What is counted about certificates.</summary>
internal sealed class CertificatesMetrics
{
    private readonly Counter<long> _orders;
    private volatile Picture _picture = new(0, 0, 0);

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">The edge's meters.</param>
    /// <param name="book">What is served.</param>
    public CertificatesMetrics(EdgeMeters meters, CertificateBook book)
    {
        var meter = meters.Create("certificates");
        _orders = meter.CreateCounter<long>("mport.certificates.orders", unit: null, "Orders of certificates by outcome.");
        meter.CreateObservableGauge("mport.certificates.served", () => book.Count, unit: null, "Names that are served with an authority's certificate.");
        meter.CreateObservableGauge("mport.certificates.missing", () => _picture.Missing, unit: null, "Names that want a certificate and have none.");
        meter.CreateObservableGauge("mport.certificates.failing", () => _picture.Failing, unit: null, "Names whose last order failed.");
        meter.CreateObservableGauge("mport.certificates.first_expiry", () => _picture.FirstExpiry, "s", "Time until the first certificate ends; 0 for none.");
    }

    /// <summary>An order ended.</summary>
    public void Ordered(string outcome) => _orders.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>How it stands with the wanted names; null for one that was never ordered.</summary>
    public void Show(IEnumerable<CertificateState?> states, DateTimeOffset now)
    {
        var all = states.ToList();
        var first = all.Min(state => state?.NotAfter);
        _picture = new Picture(all.Count(state => state?.NotAfter is null), all.Count(state => state?.Failure is not null), first is { } end ? Math.Max(0, (end - now).TotalSeconds) : 0);
    }

    private sealed record Picture(int Missing, int Failing, double FirstExpiry);
}
