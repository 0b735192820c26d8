using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Devices;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Web;

namespace Mport.Server.Data;

/// <summary>The tables of signing in: sessions, links, invitations, machines that wait, recovery codes, passkeys.</summary>
internal static class AccountTables
{
    private const int HashLength = 32;
    private const int AddressLength = 64;

    /// <summary>Adds them to the model.</summary>
    public static void Configure(ModelBuilder modelBuilder)
    {
        // Nonce, tag and 20 bytes.
        modelBuilder.Entity<User>().Property(u => u.TotpSecret).HasMaxLength(64);

        modelBuilder.Entity<WebSessionRow>(session =>
        {
            session.Property(s => s.Hash).HasMaxLength(HashLength).IsFixedLength();
            session.Property(s => s.Address).HasMaxLength(AddressLength);
            session.Property(s => s.UserAgent).HasMaxLength(WebVisitor.MaxUserAgent);
            session.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Restrict);
            session.HasIndex(s => s.Hash).IsUnique();
            session.HasIndex(s => s.ExpiresAt);
        });

        modelBuilder.Entity<AccountLinkRow>(link =>
        {
            link.HasKey(l => l.Hash);
            link.Property(l => l.Hash).HasMaxLength(HashLength).IsFixedLength();
            link.HasOne(l => l.User).WithMany().HasForeignKey(l => l.UserId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<InvitationRow>(invitation =>
        {
            invitation.Property(i => i.Hash).HasMaxLength(HashLength).IsFixedLength();
            invitation.Property(i => i.Email).HasMaxLength(EmailAddress.MaxLength);
            invitation.HasIndex(i => i.Hash).IsUnique();

            // One that is revoked while it is being accepted makes no account.
            invitation.Property(i => i.AcceptedAt).IsConcurrencyToken();
            invitation.Property(i => i.RevokedAt).IsConcurrencyToken();
        });

        modelBuilder.Entity<DeviceLoginRow>(device =>
        {
            device.HasKey(d => d.DeviceHash);
            device.Property(d => d.DeviceHash).HasMaxLength(HashLength).IsFixedLength();
            device.Property(d => d.UserHash).HasMaxLength(HashLength).IsFixedLength();
            device.Property(d => d.Machine).HasMaxLength(MachineName.MaxLength);
            device.Property(d => d.Address).HasMaxLength(AddressLength);
            device.HasOne(d => d.User).WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Restrict);
            device.HasIndex(d => d.UserHash).IsUnique();
            device.HasIndex(d => d.ExpiresAt);
        });

        modelBuilder.Entity<RecoveryCodeRow>(code =>
        {
            code.HasKey(c => new { c.UserId, c.Hash });
            code.Property(c => c.Hash).HasMaxLength(HashLength).IsFixedLength();
            code.HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<PasskeyRow>(passkey =>
        {
            passkey.Property(p => p.CredentialId).HasMaxLength(PasskeyStore.MaxCredentialId);
            passkey.Property(p => p.PublicKey).HasMaxLength(PasskeyStore.MaxPublicKey);
            passkey.Property(p => p.Name).HasMaxLength(TokenName.MaxLength);
            passkey.Property(p => p.Transports).HasMaxLength(PasskeyTransports.MaxLength);
            passkey.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Restrict);
            passkey.HasIndex(p => p.CredentialId).IsUnique();
            passkey.HasIndex(p => new { p.UserId, p.Id });
        });
    }
}
