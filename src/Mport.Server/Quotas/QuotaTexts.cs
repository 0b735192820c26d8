using System.Globalization;
using Mport.Protocol.Errors;

namespace Mport.Server.Quotas;

/// <summary>What people read about quotas.</summary>
internal static class QuotaTexts
{
    /// <summary>What the clients are told when the standing has changed; null where that is no news.</summary>
    public static string? NoticeOf(QuotaMeter meter, QuotaStanding standing, QuotaStanding before) => standing.Stage switch
    {
        QuotaStage.Reached => $"{TunnelErrors.QuotaReached.Code} {Describe(meter, standing)} is used up; it begins anew at {When(standing)}. "
            + (meter.IsStopped ? "Until then visitors are turned away." : "Until then traffic is slowed down."),
        QuotaStage.At95 when before.Stage is not QuotaStage.Reached => $"{TunnelErrors.QuotaNear.Code} {Describe(meter, standing)} is used to 95 %.",
        QuotaStage.At80 when before.Stage is QuotaStage.Free => $"{TunnelErrors.QuotaNear.Code} {Describe(meter, standing)} is used to 80 %.",
        _ when before.Stage is QuotaStage.Reached => "The quota is no longer used up: visitors are let in as before.",
        _ => null,
    };

    private static string Describe(QuotaMeter meter, QuotaStanding standing) =>
        string.Create(CultureInfo.InvariantCulture, $"The quota {standing.Limit} of this {meter.Subject.Kind.ToText()} ({standing.Allowed:N0})");

    private static string When(QuotaStanding standing) => standing.Until.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
