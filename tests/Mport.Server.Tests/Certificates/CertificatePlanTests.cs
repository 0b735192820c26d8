using Mport.Server.Certificates;

namespace Mport.Server.Tests.Certificates;

public sealed class CertificatePlanTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void NameWithoutACertificate_IsDueAtOnce_OrWhenItsPauseIsOver()
    {
        Assert.Equal(Now, CertificatePlan.DueAt(new CertificateState { Name = "a" }, Now));
        Assert.Equal(Now.AddHours(1), CertificatePlan.DueAt(new CertificateState { Name = "a", NextAttemptAt = Now.AddHours(1) }, Now));
    }

    [Fact]
    public void Renewal_ComesAfterTwoThirdsOfTheLife_AndNotBeforeTheAuthorityWants()
    {
        var state = new CertificateState { Name = "a", NotBefore = Now, NotAfter = Now.AddDays(90), RenewAt = Now.AddDays(60) };

        Assert.Equal(Now.AddDays(60), CertificatePlan.DueAt(state, Now));
        Assert.Equal(Now.AddDays(61), CertificatePlan.DueAt(state with { NextAttemptAt = Now.AddDays(61) }, Now));
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(0.999999, 55.5)]
    public void RenewalTimes_LieApart(double random, double days) =>
        Assert.Equal(days, (CertificatePlan.RenewAt(Now, Now.AddDays(90), Now, random) - Now).TotalDays, tolerance: 0.01);

    [Fact]
    public void CertificateThatIsOldByThisClock_IsNotRenewedAtOnce() => // REL-27
        Assert.Equal(Now.AddHours(1), CertificatePlan.RenewAt(Now.AddDays(-80), Now.AddDays(10), Now, 0));

    [Theory]
    [InlineData(1, 0, 30)]
    [InlineData(1, 1, 60)]
    [InlineData(2, 1, 120)]
    [InlineData(5, 1, 960)]
    [InlineData(60, 1, 43200)]
    public void Pause_DoublesWithEachFailure_UpToHalfADay(int attempts, double random, double seconds) =>
        Assert.Equal(seconds, CertificatePlan.Backoff(attempts, random, retryAfter: null).TotalSeconds);

    [Fact]
    public void Pause_IsAsLongAsTheAuthorityAsks() => Assert.Equal(TimeSpan.FromDays(2), CertificatePlan.Backoff(1, 0, TimeSpan.FromDays(2)));

    [Theory] // REL-28
    [InlineData(20, null, null)]
    [InlineData(14, null, 14)]
    [InlineData(10, 14, null)]
    [InlineData(7, 14, 7)]
    [InlineData(0.5, 14, 1)]
    [InlineData(0.5, 1, null)]
    [InlineData(-1, 7, 1)]
    public void EndThatComesNear_IsToldAtFourteenSevenAndOneDays(double daysLeft, int? told, int? warn)
    {
        var state = new CertificateState { Name = "a", NotBefore = Now.AddDays(-80), NotAfter = Now.AddDays(daysLeft), RenewAt = Now.AddDays(-10), WarnedDays = told };

        Assert.Equal(warn, CertificatePlan.WarnOf(state, Now));
    }

    [Fact]
    public void ShortLivedCertificate_IsNotWarnedOfBeforeItsRenewalIsLate() =>
        Assert.Null(CertificatePlan.WarnOf(new CertificateState { Name = "a", NotBefore = Now, NotAfter = Now.AddDays(6), RenewAt = Now.AddDays(4) }, Now));
}
