using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passwords;

namespace Mport.Server.Tests.Accounts.Passwords;

public sealed class PasswordRulesTests // SEC-61
{
    [Fact]
    public void List_HasMoreThanThreeThousandThatAreLongEnoughToBeChosen() => Assert.True(PasswordRules.CommonCount >= 6_000, $"{PasswordRules.CommonCount}");

    [Theory]
    [InlineData("password1234")]
    [InlineData("Password1234!!")]
    [InlineData("P@ssw0rdP@ssw0rd")]
    [InlineData("passwordpassword")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("121212121212")]
    [InlineData("123456789012")]
    [InlineData("qwertyuiopas")]
    [InlineData("abcdefghijkl")]
    [InlineData("1q2w3e4r5t6y")]
    [InlineData("mporttunnel1")]
    [InlineData("summer202620")]
    [InlineData("december2026")]
    [InlineData("!!!administrator!!!")]
    [InlineData("ann@example.com")]
    [InlineData("ann.annexwood2026!")]
    public void WhatIsGuessedFirst_IsRefused(string password) => Assert.Equal("MP-1125", Check(password));

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("x7-KQpm2vvT4")]
    [InlineData("the tunnel to my cellar")]
    [InlineData("пароль из слов про кота")]
    [InlineData("密碼密碼鑰匙鑰匙門門窗窗")]
    [InlineData("            \t            ?q")]
    public void AnythingElseOfTwelveCharacters_IsTaken(string password) => Assert.Null(Check(password));

    [Fact]
    public void SixtyFourAndMore_AreTakenWhole()
    {
        var text = string.Concat(Enumerable.Range(0, 64).Select(i => (char)('!' + (i * 7 % 90))));
        Assert.Null(Check(text));
        var hasher = new PasswordHasher();
        var hash = hasher.Hash(new Secret(text + "a"));

        Assert.False(hasher.Verify(hash, new Secret(text + "b")));
        Assert.True(hasher.Verify(hash, new Secret(text + "a")));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("elevenchars")]
    public void ShortOnes_AreRefused(string password) => Assert.Equal("MP-1112", Check(password));

    private static string? Check(string password)
    {
        Assert.True(EmailAddress.TryParse(password.StartsWith("ann.annexwood", StringComparison.Ordinal) ? "ann.annexwood@example.com" : "ann@example.com", out var email));
        return PasswordRules.Check(new Secret(password), email)?.Code.ToString();
    }
}
