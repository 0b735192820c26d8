using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Mport.Server.Accounts.Passkeys;

/// <summary>
/// A question to a passkey, sealed for the way through the browser: what the framework must know again when the answer comes, and when it was asked. The edge
/// keeps nothing of it, so that questions that nobody answers cost nothing; that each is answered once is seen at what the answer changes.
/// </summary>
internal sealed class PasskeyTickets(AccountKey key, TimeProvider time)
{
    /// <summary>How long the answer may take.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    // State of the framework with an e-mail address of 254 characters, each escaped, and the seal: about 3,000.
    private const int MaxLength = 8 * 1024;

    /// <summary>Seals a question.</summary>
    /// <param name="state">What the framework must know again.</param>
    /// <param name="purpose">What the answer is for, and whose; a ticket for one opens for no other.</param>
    public string Seal(string state, string purpose)
    {
        var plain = new byte[sizeof(long) + Encoding.UTF8.GetByteCount(state)];
        BinaryPrimitives.WriteInt64BigEndian(plain, time.GetUtcNow().UtcTicks);
        Encoding.UTF8.GetBytes(state, plain.AsSpan(sizeof(long)));
        return Base64Url.EncodeToString(key.Seal(plain, Owner(purpose)));
    }

    /// <summary>Opens a ticket; null for what is none, or is for another purpose.</summary>
    public PasskeyTicket? Open(string? text, string purpose)
    {
        if (text is not { Length: > 0 and <= MaxLength } || !Base64Url.IsValid(text)
            || key.Open(Base64Url.DecodeFromChars(text), Owner(purpose)) is not { Length: > sizeof(long) } plain)
        {
            return null;
        }

        var asked = BinaryPrimitives.ReadInt64BigEndian(plain);
        return new PasskeyTicket(asked, Encoding.UTF8.GetString(plain.AsSpan(sizeof(long))), IsLate: time.GetUtcNow().UtcTicks - asked > Lifetime.Ticks);
    }

    // No id of a row looks like this: the same key seals for those.
    private static string Owner(string purpose) => "passkey " + purpose;
}

/// <summary>A question that was asked.</summary>
/// <param name="Asked">When, in ticks of 100 ns.</param>
/// <param name="State">What the framework must know again.</param>
/// <param name="IsLate">Whether the time for the answer is over.</param>
internal sealed record PasskeyTicket(long Asked, string State, bool IsLate);
