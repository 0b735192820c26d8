using System.Security.Cryptography;
using System.Text;
using Mport.Protocol.Identity;

namespace Mport.Protocol.Handshake;

/// <summary>The secret with which a client takes a broken carrier up again: 256 random bits, used once (SEC-28).</summary>
public static class ResumeTicket
{
    /// <summary>The longest text that is looked at.</summary>
    public const int MaxLength = 64;

    private const int Bytes = 32;

    /// <summary>A new one.</summary>
    public static Secret Create() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Whether two are the same, in a time that tells nothing of where they differ.</summary>
    public static bool AreEqual(Secret one, Secret other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one.Reveal()), Encoding.UTF8.GetBytes(other.Reveal()));
}
