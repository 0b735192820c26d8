using Mport.Server.Accounts;

namespace Mport.Server.Tests.Accounts;

public sealed class AccountValuesTests
{
    [Theory]
    [InlineData("ann@example.com", true)]
    [InlineData("ann.o'hara+x@sub.example.com", true)]
    [InlineData("owner@localhost", true)]
    [InlineData("owner@192.168.1.5", true)]
    [InlineData("", false)]
    [InlineData("ann", false)]
    [InlineData("@example.com", false)]
    [InlineData("ann@", false)]
    [InlineData("ann@exa mple.com", false)]
    [InlineData("ann@b@example.com", false)]
    [InlineData("ann\n@example.com", false)]
    [InlineData("аnn@example.com", false)]
    [InlineData("ann@-example.com", false)]
    public void EmailAddress_HasItsForm(string text, bool good) => Assert.Equal(good, EmailAddress.TryParse(text, out _));

    [Theory]
    [InlineData("laptop", true)]
    [InlineData("Ann's laptop ü", true)]
    [InlineData("", false)]
    [InlineData(" laptop", false)]
    [InlineData("lap\u001b[31mtop", false)]
    [InlineData("lap\u202Etop", false)]
    public void TokenName_HasItsForm(string text, bool good) => Assert.Equal(good, TokenName.TryParse(text, out _));

    [Theory]
    [InlineData("20000-20999", 20000, 20999)]
    [InlineData("1024-65535", 1024, 65535)]
    [InlineData("5555", 5555, 5555)]
    public void PortRange_IsRead(string text, int first, int last)
    {
        Assert.True(PortRange.TryParse(text, out var range));
        Assert.Equal(new PortRange(first, last), range);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1023-2000")]
    [InlineData("2000-1999")]
    [InlineData("2000-65536")]
    [InlineData("2000-2001-2002")]
    [InlineData("a-b")]
    [InlineData("-2000")]
    public void BadPortRange_IsRefused(string text) => Assert.False(PortRange.TryParse(text, out _));

    [Fact]
    public void Scopes_AreWrittenAndReadBack()
    {
        Assert.Equal("tunnels:read tunnels:write tunnels:host usage:read tokens:read tokens:write teams:read teams:write", TokenScopeNames.ToText(TokenScopes.Default));
        Assert.Equal(TokenScopes.All, TokenScopeNames.FromText(TokenScopeNames.ToText(TokenScopes.All)));
        Assert.Equal(TokenScopes.UsageRead, TokenScopeNames.FromText("usage:read from:the-future"));
        Assert.Equal(10, TokenScopeNames.All.Count());
    }
}
