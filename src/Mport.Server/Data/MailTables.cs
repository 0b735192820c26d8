using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>The tables of mail and of registration by mail.</summary>
internal static class MailTables
{
    private const int HashLength = 32;

    // Nonce, tag and the 43 characters of a one-time secret.
    private const int SealedLength = 96;

    /// <summary>Adds them to the model.</summary>
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OutgoingMailRow>(mail =>
        {
            mail.Property(m => m.Email).HasMaxLength(EmailAddress.MaxLength);
            mail.Property(m => m.Sealed).HasMaxLength(SealedLength);
            mail.HasIndex(m => m.DueAt);
        });

        modelBuilder.Entity<RegistrationRow>(registration =>
        {
            registration.HasKey(r => r.Hash);
            registration.Property(r => r.Hash).HasMaxLength(HashLength).IsFixedLength();
            registration.Property(r => r.Email).HasMaxLength(EmailAddress.MaxLength);
            registration.HasIndex(r => r.ExpiresAt);
        });
    }
}
