using Mport.Protocol.Identity;

namespace Mport.Server.Accounts.Teams;

/// <summary>The lasting id of a team: <c>team_</c> and a ULID.</summary>
/// <param name="Value">The whole id, prefix included.</param>
internal readonly record struct TeamId(string Value)
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "team_";

    /// <summary>Characters of an id: the prefix and 26 of the ULID.</summary>
    public const int Length = 31;

    /// <summary>A new id for this moment.</summary>
    public static TeamId Create(TimeProvider time) => new(Prefix + Ulid.Create(time));

    /// <summary>Reads an id's form; null for anything that none can be.</summary>
    public static TeamId? Parse(string? text) =>
        text is { Length: Length } && text.StartsWith(Prefix, StringComparison.Ordinal) && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Letters) < 0 ? new TeamId(text) : null;

    /// <inheritdoc />
    public override string ToString() => Value;

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}
