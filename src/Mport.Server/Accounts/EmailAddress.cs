using System.Text;
using Mport.Server.Accounts.Registration;

namespace Mport.Server.Accounts;

/// <summary>An account's e-mail address, whose form was checked. It is a login name; that mail reaches its owner is known only once a link was used that was sent there.</summary>
internal readonly record struct EmailAddress
{
    /// <summary>The longest address that SMTP can carry (RFC 5321, path of 256 with its two brackets).</summary>
    public const int MaxLength = 254;

    private EmailAddress(string value) => Value = value;

    /// <summary>The address as it was written.</summary>
    public string Value { get; }

    /// <summary>What is compared: accounts that differ only in case are the same account.</summary>
    public string Normalized => Value.ToLowerInvariant();

    /// <summary>Reads <c>local@domain</c> of printable ASCII without spaces; anything else would let two accounts look alike.</summary>
    public static bool TryParse(string? text, out EmailAddress email)
    {
        email = default;
        if (text is null || text.Length is < 3 or > MaxLength)
        {
            return false;
        }

        var at = text.IndexOf('@');
        if (at < 1 || at > 64 || at == text.Length - 1 || text.Any(c => c is <= ' ' or > '~' or '"' or '<' or '>' or ',' or ';' or '\\')
            || !DomainName.IsHostName(text[(at + 1)..].ToLowerInvariant()))
        {
            return false;
        }

        email = new EmailAddress(text);
        return true;
    }

    /// <summary>Reads what a person typed: spaces around it do not count, and a domain may be written in its own script (<c>ann@bücher.example</c>).</summary>
    public static bool TryParseTyped(string? text, out EmailAddress email)
    {
        var typed = text?.Trim() ?? "";
        var at = typed.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && typed.Length <= MaxLength && !Ascii.IsValid(typed) && MailDomains.Normalize(typed[(at + 1)..]) is { } domain
            ? TryParse($"{typed[..at]}@{domain}", out email)
            : TryParse(typed, out email);
    }

    /// <inheritdoc />
    public override string ToString() => Value;
}
