using Mport.Client.Health;

namespace Mport.Client.Tests.Health;

public sealed class HealthJudgeTests
{
    [Theory]
    [InlineData("+", "+")]
    [InlineData("-", "-")] // a client that starts beside a dead service says so at once
    [InlineData("++++", "+...")]
    [InlineData("+--+", "+...")] // fewer than three in a row
    [InlineData("+---", "+..-")]
    [InlineData("+--+---", "+.....-")]
    [InlineData("-++-+++", "-.....+")]
    [InlineData("+-------+++", "+..-......+")]
    public void Results_ChangeTheVerdictThreeInARow(string results, string verdicts)
    {
        var judge = new HealthJudge(threshold: 3);

        Assert.Equal(verdicts, string.Concat(results.Select(result => Word(judge.Judge(new HealthVerdict(result == '+', "found"))))));
    }

    [Fact]
    public void ThresholdOfOne_FollowsEachResult()
    {
        var judge = new HealthJudge(threshold: 1);

        Assert.Equal("+-+.-", string.Concat("+-++-".Select(result => Word(judge.Judge(new HealthVerdict(result == '+', "found"))))));
    }

    [Fact]
    public void Verdict_HasTheTextOfTheCheckThatDecided()
    {
        var judge = new HealthJudge(threshold: 2);
        judge.Judge(new HealthVerdict(true, "well"));
        judge.Judge(new HealthVerdict(false, "first"));

        Assert.Equal("second", judge.Judge(new HealthVerdict(false, "second"))?.Text);
    }

    private static char Word(HealthVerdict? verdict) => verdict switch { null => '.', { Healthy: true } => '+', _ => '-' };
}
