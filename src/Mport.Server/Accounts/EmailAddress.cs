namespace Mport.Server.Accounts;

/// <summary>An account's e-mail address, whose form was checked. It is a login name: nothing is ever sent on the strength of the form alone.</summary>
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

    /// <inheritdoc />
    public override string ToString() => Value;
}
