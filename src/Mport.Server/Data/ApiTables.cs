using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>What the API adds to the tables: indexes for its lists, requests that can be sent again.</summary>
internal static class ApiTables
{
    private const int HashLength = 32;

    /// <summary>Adds it to the model.</summary>
    public static void Configure(ModelBuilder modelBuilder)
    {
        // The order of ids is the order in which things were made: each list begins so.
        modelBuilder.Entity<AccessTokenRow>(token =>
        {
            token.Property(t => t.Networks).HasMaxLength(TokenLimits.MaxNetworksText);
            token.Property(t => t.Names).HasMaxLength(NamePatterns.MaxText);
            token.HasIndex(t => new { t.UserId, t.Id });
            token.HasIndex(t => new { t.UserId, t.Name, t.Id });
        });

        modelBuilder.Entity<TunnelRow>(tunnel =>
        {
            tunnel.Property(t => t.Labels).HasMaxLength(TunnelLabels.MaxText);
            tunnel.Property(t => t.TargetHint).HasMaxLength(TunnelSpec.MaxTargetHint);
            tunnel.HasIndex(t => new { t.UserId, t.Id });
        });

        modelBuilder.Entity<IdempotencyRow>(request =>
        {
            request.HasKey(r => r.KeyHash);
            request.Property(r => r.KeyHash).HasMaxLength(HashLength).IsFixedLength();
            request.Property(r => r.RequestHash).HasMaxLength(HashLength).IsFixedLength();
            request.HasIndex(r => r.CreatedAt);
        });
    }
}
