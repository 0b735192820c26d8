using Mport.Protocol.Errors;
using Mport.Server.Domains;

namespace Mport.Server.Tests.Domains;

public sealed class CustomDomainTests
{
    [Theory]
    [InlineData("Shop.Example.COM.", "shop.example.com")]
    [InlineData(" shop.example.com ", "shop.example.com")]
    [InlineData("*.example.com", "*.example.com")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    public void Name_HasOneForm(string text, string name)
    {
        Assert.Null(CustomDomain.Read(text, "edge.test", out var read));
        Assert.Equal(name, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("example")]
    [InlineData("*")]
    [InlineData("*.com")]
    [InlineData("*.*.example.com")]
    [InlineData("a.*.example.com")]
    [InlineData("192.0.2.7")]
    [InlineData("shop_1.example.com")]
    [InlineData("-a.example.com")]
    [InlineData("a..example.com")]
    [InlineData("example.com/path")]
    [InlineData("example.com:80")]
    [InlineData("edge.test")]
    [InlineData("shop.edge.test")]
    [InlineData("*.edge.test")]
    [InlineData("shop.localhost")]
    public void WhatIsNoCustomDomain_IsRefused(string text) => Assert.Equal(DomainErrors.DomainInvalid.Code, CustomDomain.Read(text, "edge.test", out _)?.Code);
}
