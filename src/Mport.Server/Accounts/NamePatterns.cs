namespace Mport.Server.Accounts;

/// <summary>Names of tunnels that a token may open: labels in which a star stands for any characters, as in <c>ci-*</c>. Immutable; equal by content.</summary>
internal sealed class NamePatterns : IEquatable<NamePatterns>
{
    /// <summary>Patterns of one token at most.</summary>
    public const int Most = 20;

    /// <summary>Characters of all of them as the database writes them.</summary>
    public const int MaxText = Most * (DomainName.MaxLabelLength + 1);

    private readonly string[] _patterns;

    private NamePatterns(string[] patterns) => _patterns = patterns;

    /// <summary>Every name.</summary>
    public static NamePatterns All { get; } = new([]);

    /// <summary>Whether it is every name.</summary>
    public bool IsAll => _patterns.Length == 0;

    /// <summary>The patterns; none stands for every name.</summary>
    public IReadOnlyList<string> Patterns => _patterns;

    /// <summary>Reads patterns; the fault says what is wrong with which.</summary>
    public static bool TryParse(IReadOnlyList<string?> patterns, out NamePatterns result, out string fault)
    {
        result = All;
        fault = $"It must be at most {Most} patterns.";
        if (patterns.Count > Most)
        {
            return false;
        }

        fault = "A pattern has 1 to 63 characters of a-z, 0-9, hyphen and star.";
        if (!patterns.All(pattern => pattern is { Length: > 0 and <= DomainName.MaxLabelLength } && pattern.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '*')))
        {
            return false;
        }

        result = new NamePatterns([.. patterns.OfType<string>()]);
        fault = "";
        return true;
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static NamePatterns FromText(string text) => text.Length == 0 ? All : new NamePatterns(text.Split(' '));

    /// <summary>Whether a name is one of them.</summary>
    public bool Contains(string name) => IsAll || _patterns.Any(pattern => Matches(pattern, name));

    /// <summary>Whether each name of these is surely one of the others: each pattern is itself among them, or is a plain name that they contain.</summary>
    public bool IsWithin(NamePatterns others) => others.IsAll || (!IsAll && _patterns.All(pattern => others._patterns.Contains(pattern) || (!pattern.Contains('*') && others.Contains(pattern))));

    /// <inheritdoc />
    public bool Equals(NamePatterns? other) => other is not null && _patterns.AsSpan().SequenceEqual(other._patterns);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as NamePatterns);

    /// <inheritdoc />
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => string.Join(' ', _patterns);

    // Greedy with one step back to the last star: linear but for that, and names are short (SEC-113).
    /// <summary>Whether a pattern stands for the name.</summary>
    internal static bool Matches(string pattern, string name)
    {
        var (p, n, star, mark) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, mark) = (p++, n);
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                (p, n) = (p + 1, n + 1);
            }
            else if (star >= 0)
            {
                (p, n) = (star + 1, ++mark);
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).IndexOfAnyExcept('*') < 0;
    }
}
