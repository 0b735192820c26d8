using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Mport.Server.Data;

/// <summary>The edge's tables in SQLite; migrations in <c>Data/Migrations/Sqlite</c>.</summary>
internal sealed class SqliteEdgeDbContext(DbContextOptions<SqliteEdgeDbContext> options) : EdgeDbContext(options)
{
    private const int ConstraintForeignKey = 787;
    private const int ConstraintPrimaryKey = 1555;
    private const int ConstraintUnique = 2067;

    /// <inheritdoc />
    public override bool IsUniqueViolation(DbUpdateException failure) =>
        failure.InnerException is SqliteException { SqliteExtendedErrorCode: ConstraintUnique or ConstraintPrimaryKey };

    /// <inheritdoc />
    public override bool IsReferenceViolation(Exception failure) =>
        (failure as SqliteException ?? failure.InnerException as SqliteException)?.SqliteExtendedErrorCode is ConstraintForeignKey;

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
    }
}
