using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Invitations;
using Mport.Server.Accounts.Passkeys;
using Mport.Server.Accounts.Reservations;
using Mport.Server.Accounts.Teams;
using Mport.Server.Accounts.Web;
using Mport.Server.Domains;
using Mport.Server.Edge.Proxies;
using Mport.Server.Events;
using Mport.Server.Mail;
using Mport.Server.Quotas;

namespace Mport.Server.Data;

/// <summary>The edge's tables. Each provider derives from it, with a migration folder of its own; queries stand in the stores alone.</summary>
internal abstract class EdgeDbContext(DbContextOptions options) : DbContext(options)
{
    /// <summary>Accounts.</summary>
    public DbSet<User> Users => Set<User>();

    /// <summary>Access tokens.</summary>
    public DbSet<AccessTokenRow> Tokens => Set<AccessTokenRow>();

    /// <summary>Tunnels.</summary>
    public DbSet<TunnelRow> Tunnels => Set<TunnelRow>();

    /// <summary>Custom domains.</summary>
    public DbSet<DomainRow> Domains => Set<DomainRow>();

    /// <summary>What accounts prove their domains with.</summary>
    public DbSet<DomainTokenRow> DomainTokens => Set<DomainTokenRow>();

    /// <summary>The custom domains of tunnels.</summary>
    public DbSet<TunnelHostRow> TunnelHosts => Set<TunnelHostRow>();

    /// <summary>Teams.</summary>
    public DbSet<TeamRow> Teams => Set<TeamRow>();

    /// <summary>Who is in which team.</summary>
    public DbSet<TeamMemberRow> TeamMembers => Set<TeamMemberRow>();

    /// <summary>Names and ports that accounts keep without a tunnel.</summary>
    public DbSet<ReservationRow> Reservations => Set<ReservationRow>();

    /// <summary>Whose each port was last.</summary>
    public DbSet<ReleasedPort> ReleasedPorts => Set<ReleasedPort>();

    /// <summary>Whose each subdomain was last.</summary>
    public DbSet<ReleasedName> ReleasedNames => Set<ReleasedName>();

    /// <summary>API requests that can be sent again.</summary>
    public DbSet<IdempotencyRow> IdempotentRequests => Set<IdempotencyRow>();

    /// <summary>The event log.</summary>
    public DbSet<EventRow> Events => Set<EventRow>();

    /// <summary>Where the event log begins.</summary>
    public DbSet<EventAnchor> EventAnchors => Set<EventAnchor>();

    /// <summary>Traffic by minutes, hours and days.</summary>
    public DbSet<UsageRow> Usage => Set<UsageRow>();

    /// <summary>How far each edge's run has written its usage.</summary>
    public DbSet<UsageWriterRow> UsageWriters => Set<UsageWriterRow>();

    /// <summary>What accounts, teams, tokens and tunnels may have.</summary>
    public DbSet<QuotaRow> Quotas => Set<QuotaRow>();

    /// <summary>Browsers' sessions.</summary>
    public DbSet<WebSessionRow> WebSessions => Set<WebSessionRow>();

    /// <summary>One-time links that set a password.</summary>
    public DbSet<AccountLinkRow> AccountLinks => Set<AccountLinkRow>();

    /// <summary>Invitations.</summary>
    public DbSet<InvitationRow> Invitations => Set<InvitationRow>();

    /// <summary>Machines that wait for their login to be approved.</summary>
    public DbSet<DeviceLoginRow> DeviceLogins => Set<DeviceLoginRow>();

    /// <summary>Mails that wait to be sent.</summary>
    public DbSet<OutgoingMailRow> OutgoingMails => Set<OutgoingMailRow>();

    /// <summary>Addresses that wait to be confirmed.</summary>
    public DbSet<RegistrationRow> Registrations => Set<RegistrationRow>();

    /// <summary>Recovery codes.</summary>
    public DbSet<RecoveryCodeRow> RecoveryCodes => Set<RecoveryCodeRow>();

    /// <summary>Passkeys.</summary>
    public DbSet<PasskeyRow> Passkeys => Set<PasskeyRow>();

    /// <summary>Whether a save failed since a value that must be unique exists already: somebody else was faster.</summary>
    public abstract bool IsUniqueViolation(DbUpdateException failure);

    /// <summary>Whether a statement failed since what it points to is gone, or something points to what it deletes.</summary>
    public abstract bool IsReferenceViolation(Exception failure);

    /// <summary>
    /// Whether a save, or a transaction of the caller's own, failed for no other reason than that somebody else was faster: who looks again and
    /// decides anew then gets through. Nothing of it was done.
    /// </summary>
    public virtual bool IsLostRace(Exception failure) =>
        failure is DbUpdateConcurrencyException || (failure is DbUpdateException update && IsUniqueViolation(update)) || IsReferenceViolation(failure);

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        // Prefix (4) and ULID (26).
        configurationBuilder.Properties<UserId>().HaveConversion<UserIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<TokenId>().HaveConversion<TokenIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<TunnelId>().HaveConversion<TunnelIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<DomainId>().HaveConversion<DomainIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<TeamId>().HaveConversion<TeamIdConverter>().HaveMaxLength(TeamId.Length);
        configurationBuilder.Properties<IpNetworks>().HaveConversion<IpNetworksConverter>();
        configurationBuilder.Properties<NamePatterns>().HaveConversion<NamePatternsConverter>();
        configurationBuilder.Properties<TunnelLabels>().HaveConversion<TunnelLabelsConverter>();
        configurationBuilder.Properties<WebSessionId>().HaveConversion<WebSessionIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<PasskeyId>().HaveConversion<PasskeyIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<InvitationId>().HaveConversion<InvitationIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<MailId>().HaveConversion<MailIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<MailKind>().HaveConversion<MailKindConverter>().HaveMaxLength(16);
        configurationBuilder.Properties<ReservationId>().HaveConversion<ReservationIdConverter>().HaveMaxLength(30);
        configurationBuilder.Properties<UserRole>().HaveConversion<UserRoleConverter>().HaveMaxLength(8);
        configurationBuilder.Properties<PortTransport>().HaveConversion<PortTransportConverter>().HaveMaxLength(3);
        configurationBuilder.Properties<TunnelProto>().HaveConversion<TunnelProtoConverter>().HaveMaxLength(8);
        configurationBuilder.Properties<QuotaKind>().HaveConversion<QuotaKindConverter>().HaveMaxLength(8);
        configurationBuilder.Properties<QuotaAction>().HaveConversion<QuotaActionConverter>().HaveMaxLength(8);
        configurationBuilder.Properties<TokenScopes>().HaveConversion<TokenScopesConverter>().HaveMaxLength(256);
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<User>(user =>
        {
            user.Property(u => u.Email).HasMaxLength(EmailAddress.MaxLength);
            user.Property(u => u.NormalizedEmail).HasMaxLength(EmailAddress.MaxLength);
            user.Property(u => u.PasswordHash).HasMaxLength(512);
            user.HasIndex(u => u.NormalizedEmail).IsUnique();
        });

        modelBuilder.Entity<AccessTokenRow>(token =>
        {
            token.Property(t => t.Name).HasMaxLength(TokenName.MaxLength);
            token.Property(t => t.Hash).HasMaxLength(32).IsFixedLength();
            token.Property(t => t.LastUsedAddress).HasMaxLength(64);
            token.HasOne(t => t.User).WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Restrict);
        });

        modelBuilder.Entity<TunnelRow>(tunnel =>
        {
            tunnel.Property(t => t.Name).HasMaxLength(DomainName.MaxLabelLength);
            tunnel.Property(t => t.Subdomain).HasMaxLength(DomainName.MaxLabelLength);
            tunnel.HasOne(t => t.User).WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Restrict);

            // These indexes and those of the names, not any check before a write, are what makes a claim atomic (SEC-115). A null never collides.
            tunnel.Property(t => t.Path).HasMaxLength(TunnelPath.MaxLength);
            tunnel.HasIndex(t => new { t.Subdomain, t.Path }).IsUnique();
            tunnel.HasIndex(t => t.TcpPort).IsUnique();
            tunnel.HasIndex(t => t.UdpPort).IsUnique();
        });

        AddressTables.Configure(modelBuilder);
        DomainTables.Configure(modelBuilder);
        ApiTables.Configure(modelBuilder);
        TeamTables.Configure(modelBuilder);
        ConfigureEvents(modelBuilder);
        ConfigureUsage(modelBuilder);
        AccountTables.Configure(modelBuilder);
        MailTables.Configure(modelBuilder);
        SnakeCaseNames.Apply(modelBuilder);
    }

    private static void ConfigureUsage(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<UsageRow>(usage =>
        {
            // The key is what series of an account are read by; the indexes are for a tunnel's, for an admin's, and for what has become old.
            usage.HasKey(u => new { u.AccountId, u.Step, u.Start, u.TunnelId, u.TokenId });
            usage.HasIndex(u => new { u.TunnelId, u.Step, u.Start });
            usage.HasIndex(u => new { u.TokenId, u.Step, u.Start });
            usage.HasIndex(u => new { u.Step, u.Start });
        });
        modelBuilder.Entity<UsageWriterRow>(writer => writer.Property(w => w.Id).HasMaxLength(30));
        modelBuilder.Entity<QuotaRow>(quota =>
        {
            quota.HasKey(q => new { q.Kind, q.SubjectId });
            quota.Property(q => q.SubjectId).HasMaxLength(TeamId.Length);

            // Lists are in the order of ids, whatever they are of.
            quota.HasIndex(q => q.SubjectId);
        });
    }

    private static void ConfigureEvents(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<EventRow>(row =>
        {
            row.HasKey(e => e.Sequence);
            row.Property(e => e.Sequence).ValueGeneratedNever();
            row.Property(e => e.Id).HasMaxLength(30);
            row.Property(e => e.Kind).HasMaxLength(EventText.MaxKind);
            row.Property(e => e.ActorKind).HasMaxLength(EventText.MaxKind);
            row.Property(e => e.ActorId).HasMaxLength(EventText.MaxName);
            row.Property(e => e.ActorName).HasMaxLength(EventText.MaxName);
            row.Property(e => e.Address).HasMaxLength(EventText.MaxAddress);
            row.Property(e => e.SubjectKind).HasMaxLength(EventText.MaxKind);
            row.Property(e => e.SubjectId).HasMaxLength(EventText.MaxName);
            row.Property(e => e.SubjectName).HasMaxLength(EventText.MaxName);
            row.Property(e => e.Before).HasMaxLength(EventText.MaxProperties);
            row.Property(e => e.After).HasMaxLength(EventText.MaxProperties);
            row.Property(e => e.Code).HasMaxLength(EventText.MaxKind);
            row.Property(e => e.Reason).HasMaxLength(EventText.MaxReason);
            row.Property(e => e.Hash).HasMaxLength(32).IsFixedLength();
            row.HasIndex(e => e.Id).IsUnique();
            row.HasIndex(e => new { e.AccountId, e.Sequence });
            row.HasIndex(e => new { e.IsAudit, e.Sequence });
            row.HasIndex(e => new { e.SubjectId, e.Sequence });
            row.HasIndex(e => new { e.ActorId, e.Sequence });
            row.HasIndex(e => new { e.Kind, e.Sequence });
        });
        modelBuilder.Entity<EventAnchor>(anchor =>
        {
            anchor.Property(a => a.Id).ValueGeneratedNever();
            anchor.Property(a => a.Hash).HasMaxLength(32).IsFixedLength();
        });
    }
}
