using Mport.Protocol.Errors;
using Mport.Server.Accounts;

namespace Mport.Server.Tests.Accounts;

public sealed class ForbiddenNamesTests
{
    [Theory] // SEC-44
    [InlineData("www", "www")]
    [InlineData("vvww", "www")]
    [InlineData("vvvvvv", "www")]
    [InlineData("adm1n", "admin")]
    [InlineData("adrnin", "admin")]
    [InlineData("ad-min", "admin")]
    [InlineData("rnail", "mail")]
    [InlineData("mai1", "mail")]
    [InlineData("1ogin", "login")]
    [InlineData("log1n", "login")]
    [InlineData("0auth", "oauth")]
    [InlineData("4p1", "api")]
    [InlineData("clashboard", "dashboard")]
    [InlineData("supp0rt", "support")]
    [InlineData("5ecur1ty", "security")]
    public void WhatLooksLikeAReservedName_IsRefused_AndSaysLikeWhich(string name, string alike)
    {
        var refused = Subdomain.Refuse(name);

        Assert.Equal(TunnelErrors.NameReserved.Code, refused?.Code);
        Assert.Contains(alike, refused?.Text, StringComparison.Ordinal);
    }

    [Theory] // SEC-44: what a browser shows for them is of another script.
    [InlineData("xn--admn-n1a")]
    [InlineData("xn--80aaxitdbjk")]
    public void NamesOfOtherScripts_AreRefused(string name) => Assert.Equal(TunnelErrors.NameInvalid.Code, Subdomain.Refuse(name)?.Code);

    [Theory]
    [InlineData("shop")]
    [InlineData("api2")]
    [InlineData("my-admin")]
    [InlineData("administration")]
    [InlineData("cloud")]
    [InlineData("learn")]
    [InlineData("calm-otter-48213")]
    public void OtherNames_AreFree(string name) => Assert.Null(Subdomain.Refuse(name));

    [Theory]
    [InlineData("mybank", false)]
    [InlineData("myb4nk", false)]
    [InlineData("b-a-n-k", false)]
    [InlineData("intern", false)]
    [InlineData("intem", false)]
    [InlineData("internal", true)]
    [InlineData("shop", true)]
    public void OperatorsNames_AreForbiddenToo_AndWhatLooksLikeThem(string name, bool free)
    {
        Assert.True(ForbiddenNames.TryParse(" *bank*, Intern", out var names, out _));

        Assert.Equal(free ? null : TunnelErrors.NameReserved.Code, Subdomain.Refuse(name, names)?.Code);
    }

    [Theory]
    [InlineData("sh op")]
    [InlineData("sch\u00f6n")]
    public void WhatIsNoPattern_IsRefused(string text) => Assert.False(ForbiddenNames.TryParse(text, out _, out _));

    [Fact]
    public void NoNames_AreTheBuiltInOnes()
    {
        Assert.True(ForbiddenNames.TryParse("", out var none, out _));

        Assert.Null(none.Refuse("shop"));
        Assert.NotNull(none.Refuse("www"));
    }
}
