using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Domains;

namespace Mport.Server.Data;

/// <summary>The tables of custom domains.</summary>
internal static class DomainTables
{
    /// <summary>Adds them to the model.</summary>
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DomainRow>(domain =>
        {
            domain.Property(d => d.Name).HasMaxLength(CustomDomain.MaxLength);
            domain.HasOne<User>().WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Cascade);
            domain.HasIndex(d => new { d.UserId, d.Name }).IsUnique();
            domain.HasIndex(d => new { d.UserId, d.Id });

            // Anybody may say that a name is theirs; only one can have proven it (SEC-45).
            domain.HasIndex(d => d.Name).IsUnique().HasFilter("proven_at IS NOT NULL");
            domain.HasIndex(d => d.CheckedAt);
        });
        modelBuilder.Entity<DomainTokenRow>(token =>
        {
            token.HasKey(t => t.UserId);
            token.Property(t => t.Token).HasMaxLength(32);
            token.HasOne<User>().WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
        });
        modelBuilder.Entity<TunnelHostRow>(host =>
        {
            host.HasKey(h => new { h.Host, h.Path });
            host.Property(h => h.Host).HasMaxLength(CustomDomain.MaxLength);
            host.Property(h => h.Path).HasMaxLength(TunnelPath.MaxLength);
            host.HasOne(h => h.Tunnel).WithMany().HasForeignKey(h => h.TunnelId).OnDelete(DeleteBehavior.Cascade);
            host.HasOne(h => h.Domain).WithMany().HasForeignKey(h => h.DomainId).OnDelete(DeleteBehavior.Cascade);
            host.HasIndex(h => h.TunnelId);
            host.HasIndex(h => h.DomainId);
        });
    }
}
