namespace Mport.Server.Quotas;

/// <summary>How near a subject is to the end of a quota.</summary>
/// <param name="Stage">How near.</param>
/// <param name="Limit">Which limit, by its name in the API.</param>
/// <param name="Used">How much is used.</param>
/// <param name="Allowed">How much there is.</param>
/// <param name="Until">When it begins anew.</param>
internal sealed record QuotaStanding(QuotaStage Stage, string Limit, long Used, long Allowed, DateTimeOffset Until)
{
    /// <summary>Far from any end.</summary>
    public static QuotaStanding Free { get; } = new(QuotaStage.Free, "", 0, 0, DateTimeOffset.MinValue);

    /// <summary>The worse of two; of two that are used up the one that lasts longer.</summary>
    public QuotaStanding OrWorse(QuotaStanding other) => other.Stage > Stage || (other.Stage == Stage && other.Until >= Until) ? other : this;
}

/// <summary>How near the end of a quota is.</summary>
internal enum QuotaStage
{
    /// <summary>Less than 80 % is used.</summary>
    Free,

    /// <summary>80 % or more.</summary>
    At80,

    /// <summary>95 % or more.</summary>
    At95,

    /// <summary>All of it.</summary>
    Reached,
}
