using Microsoft.EntityFrameworkCore;
using Mport.Server.Domains;

namespace Mport.Server.Data;

/// <summary>The tables of certificates.</summary>
internal static class CertificateTables
{
    /// <summary>Characters of a failure at most.</summary>
    public const int MaxFailure = 500;

    /// <summary>Adds them to the model.</summary>
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<CertificateRow>(certificate =>
        {
            certificate.HasKey(c => c.Name);
            certificate.Property(c => c.Name).HasMaxLength(CustomDomain.MaxLength);
            certificate.Property(c => c.Failure).HasMaxLength(MaxFailure);
            certificate.HasIndex(c => c.UpdatedAt);
        });
        modelBuilder.Entity<AcmeAccountRow>(account =>
        {
            account.HasKey(a => a.Directory);
            account.Property(a => a.Directory).HasMaxLength(500);
        });
    }
}
