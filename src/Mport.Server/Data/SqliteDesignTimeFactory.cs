using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Mport.Server.Data;

/// <summary>Lets <c>tools/add-migration</c> see the model; not used at run time.</summary>
internal sealed class SqliteDesignTimeFactory : IDesignTimeDbContextFactory<SqliteEdgeDbContext>
{
    /// <inheritdoc />
    public SqliteEdgeDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<SqliteEdgeDbContext>().UseSqlite("Data Source=:memory:").Options);
}
