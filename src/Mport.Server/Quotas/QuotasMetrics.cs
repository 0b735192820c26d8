using System.Diagnostics;
using System.Diagnostics.Metrics;
using Mport.Server.Metrics;

namespace Mport.Server.Quotas;

/// <summary>What is counted about quotas. Visitors that are turned away or cut are counted where that happens.</summary>
internal sealed class QuotasMetrics
{
    private readonly Counter<long> _turned;

    /// <summary>Makes the instruments.</summary>
    public QuotasMetrics(EdgeMeters meters, QuotaBook book)
    {
        var meter = meters.Create("quotas");
        _turned = meter.CreateCounter<long>("mport.quotas.crossings", unit: null, "Times that the use of a quota went over 80 or 95 %, to its end, or began anew, by stage.");
        meter.CreateObservableGauge("mport.quotas.reached", () => book.Meters.Count(one => one.Standing.Stage is QuotaStage.Reached), unit: null, "Accounts, tokens and tunnels whose quota is used up now.");
    }

    /// <summary>A quota is in another stage.</summary>
    public void Turned(QuotaStage stage) => _turned.Add(1, new KeyValuePair<string, object?>("stage", Tag(stage)));

    private static string Tag(QuotaStage stage) => stage switch
    {
        QuotaStage.Free => "free",
        QuotaStage.At80 => "80",
        QuotaStage.At95 => "95",
        QuotaStage.Reached => "reached",
        _ => throw new UnreachableException(),
    };
}
