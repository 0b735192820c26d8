using Mport.Protocol.Errors;

namespace Mport.Server.Accounts;

/// <summary>
/// Which subdomains nobody gets on this edge (SEC-44): the built-in ones, those of its operator, and what a reader would take for one of them. Immutable.
/// </summary>
internal sealed class ForbiddenNames
{
    private readonly NamePatterns _own;

    private ForbiddenNames(NamePatterns own) => _own = own;

    /// <summary>The built-in ones alone.</summary>
    public static ForbiddenNames BuiltIn { get; } = new(NamePatterns.All);

    /// <summary>The operator's own names and patterns, separated by commas; empty for none.</summary>
    public static bool TryParse(string text, out ForbiddenNames result, out string fault)
    {
        var patterns = text.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var good = NamePatterns.TryParse(patterns, out var own, out fault);
        result = good ? new ForbiddenNames(own) : BuiltIn;
        return good;
    }

    /// <summary>Why nobody gets the name, or null. The form of the name is not looked at.</summary>
    public Failure? Refuse(string name)
    {
        if (ReservedNames.Contains(name))
        {
            return Failure.Of(TunnelErrors.NameReserved, $"The edge keeps the subdomain {name} for itself.");
        }

        if (FindOwn(name) is { } pattern)
        {
            return Failure.Of(TunnelErrors.NameReserved, $"The edge's operator forbids the subdomain {name} ({pattern}).");
        }

        foreach (var reading in LookAlikes.ReadingsOf(name))
        {
            if (FindAlike(reading) is { } alike)
            {
                return Failure.Of(TunnelErrors.NameReserved, $"The subdomain {name} looks like {alike}, which the edge keeps for itself or forbids.");
            }
        }

        return null;
    }

    private string? FindAlike(string reading) =>
        ReservedNames.All.FirstOrDefault(reserved => LookAlikes.ReadingsOf(reserved).Contains(reading))
        ?? (_own.IsAll ? null : _own.Patterns.FirstOrDefault(pattern => NamePatterns.Matches(pattern, reading) || LookAlikes.ReadingsOf(pattern).Any(p => NamePatterns.Matches(p, reading))));

    private string? FindOwn(string name) => _own.IsAll ? null : _own.Patterns.FirstOrDefault(pattern => NamePatterns.Matches(pattern, name));
}
