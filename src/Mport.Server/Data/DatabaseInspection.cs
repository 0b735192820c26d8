using Mport.Protocol.Errors;

namespace Mport.Server.Data;

/// <summary>What a look at a database found.</summary>
/// <param name="State">What it is.</param>
/// <param name="Detail">For the states that stop the edge: a sentence that says why.</param>
internal sealed record DatabaseInspection(DatabaseState State, string Detail = "")
{
    /// <summary>EF Core's list of the migrations that were applied.</summary>
    public const string HistoryTable = "__EFMigrationsHistory";

    /// <summary>What an owner should change, though it works so.</summary>
    public string? Warning { get; init; }

    /// <summary>Why the edge cannot use it, or null.</summary>
    public Failure? Failure => State switch
    {
        DatabaseState.Unusable => Failure.Of(EdgeErrors.DatabaseUnusable, Detail),
        DatabaseState.Unreachable => Failure.Of(EdgeErrors.DatabaseUnreachable, Detail),
        DatabaseState.Newer => Failure.Of(EdgeErrors.DatabaseTooNew, Detail),
        _ => null,
    };

    /// <summary>Judges by the tables that there are and the migrations that were applied.</summary>
    /// <param name="name">The database, as it may be shown.</param>
    /// <param name="tables">The names of its tables.</param>
    /// <param name="applied">The ids of the migrations that were applied to it.</param>
    /// <param name="known">The ids of this version's migrations.</param>
    public static DatabaseInspection Of(string name, IReadOnlyCollection<string> tables, IReadOnlyCollection<string> applied, IReadOnlyCollection<string> known)
    {
        if (tables.Count == 0)
        {
            return new(DatabaseState.New);
        }

        if (!tables.Contains(HistoryTable) || (applied.Count > 0 && !applied.Any(known.Contains)))
        {
            return new(DatabaseState.Unusable, $"{name} is a database of another program.");
        }

        return applied.FirstOrDefault(id => !known.Contains(id)) is { } unknown
            ? new(DatabaseState.Newer, $"{name} was migrated by a newer mportd (step {unknown}).")
            : new(applied.Count == known.Count ? DatabaseState.Current : DatabaseState.Older);
    }
}
