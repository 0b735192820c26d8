using Mport.Server.Hosting.Logging;

namespace Mport.Server.Accounts;

/// <summary>What a user calls a token, whose form was checked.</summary>
internal readonly record struct TokenName
{
    /// <summary>Characters at most.</summary>
    public const int MaxLength = 64;

    private TokenName(string value) => Value = value;

    /// <summary>The name.</summary>
    public string Value { get; }

    /// <summary>Reads 1 to 64 visible characters, without blanks at the ends.</summary>
    public static bool TryParse(string? text, out TokenName name)
    {
        name = default;
        if (text is null || text.Length is 0 or > MaxLength || text.Trim() != text || VisibleText.Of(text) != text)
        {
            return false;
        }

        name = new TokenName(text);
        return true;
    }

    /// <inheritdoc />
    public override string ToString() => Value;
}
