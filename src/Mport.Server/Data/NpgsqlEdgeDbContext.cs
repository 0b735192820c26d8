using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Mport.Server.Data;

/// <summary>The edge's tables in PostgreSQL; migrations in <c>Data/Migrations/Postgres</c>.</summary>
internal sealed class NpgsqlEdgeDbContext(DbContextOptions<NpgsqlEdgeDbContext> options) : EdgeDbContext(options)
{
    /// <summary>Compares bytes, as SQLite does: the same order of names and pages on both, whatever the server's language.</summary>
    private const string BinaryCollation = "C";

    /// <summary>Whether the server undid everything in favour of another transaction.</summary>
    public static bool WasUndone(Exception failure) =>
        StateOf(failure) is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <inheritdoc />
    public override bool IsUniqueViolation(DbUpdateException failure) =>
        failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <inheritdoc />
    public override bool IsReferenceViolation(Exception failure) => StateOf(failure) is PostgresErrorCodes.ForeignKeyViolation;

    /// <inheritdoc />
    public override bool IsLostRace(Exception failure) => base.IsLostRace(failure) || WasUndone(failure);

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcMillisecondsConverter>();
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            if ((property.GetValueConverter()?.ProviderClrType ?? property.ClrType) == typeof(string))
            {
                property.SetCollation(BinaryCollation);
            }
        }
    }

    private static string? StateOf(Exception failure) => (failure as PostgresException ?? failure.InnerException as PostgresException)?.SqlState;
}
