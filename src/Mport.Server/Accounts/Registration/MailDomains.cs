using System.Globalization;

namespace Mport.Server.Accounts.Registration;

/// <summary>Mail domains that are allowed, each for itself: <c>example.com</c> allows neither <c>mail.example.com</c> nor <c>example.com.evil.example</c>.</summary>
/// <param name="Text">The domains with a comma before each and one behind the last, in lower case and in ASCII; empty for all.</param>
internal sealed record MailDomains(string Text)
{
    /// <summary>Domains at most.</summary>
    public const int Most = 100;

    // STD 3: letters, digits and hyphens alone, as in DNS.
    private static readonly IdnMapping _idn = new() { UseStd3AsciiRules = true };

    /// <summary>Every domain.</summary>
    public static MailDomains All { get; } = new("");

    /// <summary>Reads <c>example.com,bücher.example</c>.</summary>
    /// <returns>Null when one of them is no domain.</returns>
    public static MailDomains? Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var domains = parts.Select(Normalize).OfType<string>().ToList();
        return parts.Length <= Most && domains.Count == parts.Length ? new MailDomains($",{string.Join(',', domains)},") : null;
    }

    /// <summary>Whether an address is of one of them.</summary>
    public bool Allows(EmailAddress email) =>
        Text.Length == 0 || Text.Contains($",{email.Normalized[(email.Normalized.IndexOf('@', StringComparison.Ordinal) + 1)..]},", StringComparison.Ordinal);

    /// <summary>A domain as DNS has it, or null: <c>BÜCHER.example</c> is <c>xn--bcher-kva.example</c>.</summary>
    public static string? Normalize(string domain)
    {
        try
        {
            var ascii = domain.Length is > 0 and <= 253 ? _idn.GetAscii(domain.ToLowerInvariant()).ToLowerInvariant() : "";
            return DomainName.IsHostName(ascii) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
