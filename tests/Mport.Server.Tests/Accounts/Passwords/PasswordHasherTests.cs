using System.Buffers.Binary;
using Mport.Protocol.Identity;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Passwords;

namespace Mport.Server.Tests.Accounts;

public sealed class PasswordHasherTests
{
    private readonly PasswordHasher _hasher = new();

    // SEC-60: the stored form is 1, then the function (2 = HMAC-SHA512), the rounds and the salt's length, each 4 bytes.
    [Fact]
    public void StoredHash_IsPbkdf2Sha512OfEnoughRounds()
    {
        var stored = Convert.FromBase64String(_hasher.Hash(new Secret("correct horse battery")));

        Assert.Equal(1, stored[0]);
        Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(stored.AsSpan(1)));
        Assert.True(BinaryPrimitives.ReadUInt32BigEndian(stored.AsSpan(5)) >= 220_000);
        Assert.True(BinaryPrimitives.ReadUInt32BigEndian(stored.AsSpan(9)) >= 16);
    }

    [Fact]
    public void Verify_AcceptsThePasswordAlone()
    {
        var hash = _hasher.Hash(new Secret("correct horse battery"));

        Assert.True(_hasher.Verify(hash, new Secret("correct horse battery")));
        Assert.False(_hasher.Verify(hash, new Secret("correct horse batterz")));
        Assert.False(_hasher.Verify(null, new Secret("correct horse battery")));
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(12, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(100_000, false)]
    public void Length_IsBounded(int length, bool fit)
    {
        Assert.Equal(fit, PasswordHasher.HasFitLength(new Secret(new string('x', length))));
        Assert.Equal(fit, PasswordHasher.HasFitLength(new Secret(string.Concat(Enumerable.Repeat("\U0001F511", length)))));
    }
}
