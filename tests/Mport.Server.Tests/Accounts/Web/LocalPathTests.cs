using Mport.Server.Accounts.Web;

namespace Mport.Server.Tests.Accounts.Web;

public sealed class LocalPathTests // SEC-71
{
    [Theory]
    [InlineData("/account")]
    [InlineData("/device?code=BCDF-GHJK")]
    [InlineData("/")]
    [InlineData("/a//b")]
    public void PathOfOurs_IsKept(string path) => Assert.Equal(path, LocalPath.Of(path));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("account")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/%2f%2fevil.example")]
    [InlineData("/%2fevil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("/%252fevil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a b")]
    [InlineData("/a\r\nSet-Cookie: x")]
    [InlineData("/%0d%0aSet-Cookie:x")]
    [InlineData("/\u2044evil")]
    public void WhateverCouldLeadElsewhere_IsNot(string? path) => Assert.Equal(LocalPath.Home, LocalPath.Of(path));
}
