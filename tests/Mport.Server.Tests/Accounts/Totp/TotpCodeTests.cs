using System.Text;
using Mport.Server.Accounts.Totp;

namespace Mport.Server.Tests.Accounts.Totp;

public sealed class TotpCodeTests // SEC-73
{
    private static readonly byte[] _secret = "12345678901234567890"u8.ToArray();

    // The last six digits of RFC 6238, appendix B, SHA-1.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_AreThoseOfTheStandard(long seconds, string code) => Assert.Equal(code, TotpCode.At(_secret, TotpCode.StepAt(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Theory]
    [InlineData(-60, false)]
    [InlineData(-30, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(60, false)]
    public void Code_OfOneStepAround_IsFound(int seconds, bool found)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_010);
        var step = TotpCode.StepAt(now.AddSeconds(seconds));

        Assert.Equal(found ? step : null, TotpCode.FindStep(_secret, TotpCode.At(_secret, step), now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData("28708x")]
    [InlineData("２８７０８２")]
    public void WhatIsNoCode_IsNotFound(string text) => Assert.Null(TotpCode.FindStep(_secret, text, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Theory]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_IsThatOfTheStandard(string text, string encoded) => Assert.Equal(encoded, TotpCode.ToBase32(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void RecoveryCode_IsReadHoweverItIsTyped()
    {
        var code = RecoveryCode.Create().Reveal();
        var hash = RecoveryCode.Hash(code);

        Assert.NotNull(hash);
        Assert.Equal(hash, RecoveryCode.Hash(code.ToLowerInvariant().Replace("-", " ")));
        Assert.Equal(RecoveryCode.Hash("0000001111112222223333A4"), RecoveryCode.Hash("OOOooo-lIiLl1-222222-3333a4"));
        Assert.Null(RecoveryCode.Hash(code[..^1]));
    }
}
