using Microsoft.EntityFrameworkCore.Design;
using Mport.Protocol.Identity;

namespace Mport.Server.Data;

/// <summary>Lets <c>tools/add-migration</c> see the model; not used at run time, and never connects.</summary>
internal sealed class PostgresDesignTimeFactory : IDesignTimeDbContextFactory<NpgsqlEdgeDbContext>
{
    /// <inheritdoc />
    public NpgsqlEdgeDbContext CreateDbContext(string[] args) => new(PostgresContexts.Options(new Secret("Host=localhost")).Options);
}
