namespace Mport.Server.Quotas;

/// <summary>A quota that was set.</summary>
/// <param name="Subject">For what.</param>
/// <param name="Limits">What it may have.</param>
/// <param name="UpdatedAt">When it was set.</param>
internal sealed record QuotaRecord(QuotaSubject Subject, QuotaLimits Limits, DateTimeOffset UpdatedAt);
