using System.Buffers.Binary;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Mport.Protocol.Identity;
using Mport.Server.Data;

namespace Mport.Server.Accounts.Passwords;

/// <summary>Hashes passwords with ASP.NET Core Identity's format 3: PBKDF2-HMAC-SHA512, salt of 16 bytes, the count stored with the hash.</summary>
internal sealed class PasswordHasher
{
    /// <summary>Rounds of PBKDF2: 220,000 is SEC-60's floor for SHA-512; Identity's own default is 100,000.</summary>
    public const int Iterations = 220_000;

    /// <summary>Characters at least and at most; the upper bound keeps the hash's cost bounded.</summary>
    public const int MinLength = 12, MaxLength = 256;

    private readonly PasswordHasher<User> _identity = new(Options.Create(new PasswordHasherOptions { IterationCount = Iterations }));
    private readonly Lazy<string> _decoy;

    /// <summary>A hasher; it holds no state that matters.</summary>
    public PasswordHasher() => _decoy = new Lazy<string>(() => Hash(new Secret(Guid.NewGuid().ToString())));

    /// <summary>Whether the password has 12 to 256 characters.</summary>
    public static bool HasFitLength(Secret password) => password.Reveal() is { Length: <= 2 * MaxLength } text && CountCharacters(text) is >= MinLength and <= MaxLength;

    /// <summary>What is stored in place of the password.</summary>
    public string Hash(Secret password) => _identity.HashPassword(NoUser, password.Reveal());

    /// <summary>Whether the password fits the hash. Without a hash it takes as long and says no (SEC-63).</summary>
    public bool Verify(string? hash, Secret password)
    {
        var verdict = _identity.VerifyHashedPassword(NoUser, hash ?? _decoy.Value, password.Reveal());
        return hash is not null && verdict is not PasswordVerificationResult.Failed;
    }

    /// <summary>Whether the hash was made with less than today's work, by an older version or another program.</summary>
    public static bool IsOutdated(string hash)
    {
        // Format 3: 1, then function (2 = HMAC-SHA512), rounds and length of the salt, each of 4 bytes.
        Span<byte> head = stackalloc byte[512];
        return !Convert.TryFromBase64String(hash, head, out var length) || length < 9 || head[0] != 1
            || BinaryPrimitives.ReadUInt32BigEndian(head[1..]) != 2 || BinaryPrimitives.ReadUInt32BigEndian(head[5..]) < Iterations;
    }

    // Identity's hasher takes a user for those who want to vary the hash by it, and does not look at it.
    private static User NoUser => new() { Id = new UserId(""), Email = "", NormalizedEmail = "", CreatedAt = default };

    private static int CountCharacters(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
