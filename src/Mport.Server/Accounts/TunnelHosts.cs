namespace Mport.Server.Accounts;

/// <summary>The custom domains that a tunnel answers for, in the order of their names. Immutable; equal by content.</summary>
internal sealed class TunnelHosts : IEquatable<TunnelHosts>
{
    /// <summary>Custom domains of one tunnel at most.</summary>
    public const int Most = 20;

    private readonly string[] _names;

    private TunnelHosts(string[] names) => _names = names;

    /// <summary>No custom domain.</summary>
    public static TunnelHosts None { get; } = new([]);

    /// <summary>The names, lower-case; one that begins with <c>*.</c> stands for any one label.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Of names whose form was checked; what comes twice counts once.</summary>
    public static TunnelHosts Of(IEnumerable<string> names)
    {
        string[] sorted = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return sorted.Length == 0 ? None : new TunnelHosts(sorted);
    }

    /// <inheritdoc />
    public bool Equals(TunnelHosts? other) => other is not null && _names.AsSpan().SequenceEqual(other._names);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as TunnelHosts);

    /// <inheritdoc />
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc />
    public override string ToString() => string.Join(' ', _names);
}
