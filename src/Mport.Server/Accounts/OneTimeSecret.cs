using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mport.Protocol.Identity;

namespace Mport.Server.Accounts;

/// <summary>Secrets of 256 random bits: cookies, links, device codes. Stored as SHA-256, as tokens are (SEC-65).</summary>
internal static class OneTimeSecret
{
    private const int Bytes = 32;
    private const int Characters = 43;

    /// <summary>A new one, 43 characters that need no escapes in an address.</summary>
    public static Secret Create() => new(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Reads one from outside; null for what cannot be one, so that nobody makes us hash a megabyte.</summary>
    public static Secret? Read(string? text) => text is { Length: Characters } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? new Secret(text) : null;

    /// <summary>What is stored in its place.</summary>
    public static byte[] Hash(Secret secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal()));
}
