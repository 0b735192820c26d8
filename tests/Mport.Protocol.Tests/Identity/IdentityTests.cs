using System.Security.Cryptography;
using Mport.Protocol.Identity;

namespace Mport.Protocol.Tests.Identity;

public sealed class IdentityTests
{
    [Fact]
    public void Token_HasItsForm_AndGivesItsKeyId() // SEC-65
    {
        var keyId = Ulid.Create(TimeProvider.System);
        var token = AccessToken.Create(keyId);

        Assert.Matches("^mpt_[0-9A-Z]{26}_[0-9A-Za-z]{49}$", token.Reveal());
        Assert.True(AccessToken.TryGetKeyId(token, out var read));
        Assert.Equal(keyId, read);
        Assert.NotEqual(token.Reveal(), AccessToken.Create(keyId).Reveal());
    }

    [Fact]
    public void Token_WithAnyCharacterChanged_IsNotAToken()
    {
        var text = AccessToken.Create(Ulid.Create(TimeProvider.System)).Reveal();
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text.ToCharArray();
            changed[i] = changed[i] == 'a' ? 'b' : 'a';
            Assert.False(AccessToken.TryGetKeyId(new Secret(new string(changed)), out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("mpt_")]
    [InlineData("hunter2")]
    public void WhatIsNotAToken_IsTold(string text) => Assert.False(AccessToken.TryGetKeyId(new Secret(text), out _));

    [Fact]
    public void Ulids_SortByTime()
    {
        var clock = new Mport.Testing.ManualTimeProvider();
        var first = Ulid.Create("tun", clock);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = Ulid.Create("tun", clock);

        Assert.Matches("^tun_[0-7][0-9A-HJKMNP-TV-Z]{25}$", first);
        Assert.True(string.CompareOrdinal(first, second) < 0);
    }

    [Fact]
    public void Pin_IsTheDigestOfTheCertificate_AndReadsOpensslsForm()
    {
        byte[] der = [1, 2, 3];
        var pin = CertificatePin.Of(der);
        var hex = Convert.ToHexString(SHA256.HashData(der));

        Assert.Equal("sha256:" + hex.ToLowerInvariant(), pin.ToString());
        Assert.True(CertificatePin.TryParse("SHA256:" + string.Join(':', hex.Chunk(2).Select(c => new string(c))), out var read));
        Assert.Equal(pin, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("sha256:00")]
    [InlineData("md5:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256:zz00000000000000000000000000000000000000000000000000000000000000")]
    public void WhatIsNotAPin_IsTold(string? text) => Assert.False(CertificatePin.TryParse(text, out _));
}
