using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>The tables that say, beside the tunnels themselves, whose names and ports are.</summary>
internal static class AddressTables
{
    /// <summary>Adds them to the model.</summary>
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ReservationRow>(reservation =>
        {
            reservation.Property(r => r.Subdomain).HasMaxLength(DomainName.MaxLabelLength);
            reservation.HasOne<User>().WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.Restrict);
            reservation.HasIndex(r => r.Subdomain).IsUnique();
            reservation.HasIndex(r => r.TcpPort).IsUnique();
            reservation.HasIndex(r => r.UdpPort).IsUnique();
            reservation.HasIndex(r => new { r.UserId, r.Id });
        });

        // A tunnel and a reservation stand in two tables, so no unique index sees both: who takes an address writes its row here too, and of two that do
        // so at one time the second inserts a key that is there, or changes a row that is not as it was. No foreign key: an address rests also when the
        // account that had it is gone (SEC-44).
        modelBuilder.Entity<ReleasedName>(released =>
        {
            released.HasKey(r => r.Name);
            released.Property(r => r.Name).HasMaxLength(DomainName.MaxLabelLength);
            released.Property(r => r.UserId).IsConcurrencyToken();
            released.Property(r => r.ReleasedAt).IsConcurrencyToken();
        });
        modelBuilder.Entity<ReleasedPort>(released =>
        {
            released.HasKey(r => new { r.Transport, r.Port });
            released.Property(r => r.UserId).IsConcurrencyToken();
            released.Property(r => r.ReleasedAt).IsConcurrencyToken();
        });
    }
}
