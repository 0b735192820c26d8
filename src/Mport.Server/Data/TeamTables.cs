using Microsoft.EntityFrameworkCore;
using Mport.Server.Accounts;

namespace Mport.Server.Data;

/// <summary>The tables of teams, and what teams add to that of tunnels.</summary>
internal static class TeamTables
{
    /// <summary>Adds them to the model.</summary>
    public static void Configure(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<TeamRow>(team =>
        {
            team.Property(t => t.Name).HasMaxLength(DomainName.MaxLabelLength);
            team.HasIndex(t => t.Name).IsUnique();
            team.HasIndex(t => t.MadeBy);
        });

        // Places end with the team and with the account; a team's tunnels keep both from going first.
        modelBuilder.Entity<TeamMemberRow>(member =>
        {
            member.HasKey(m => new { m.TeamId, m.UserId });
            member.HasOne<TeamRow>().WithMany().HasForeignKey(m => m.TeamId).OnDelete(DeleteBehavior.Cascade);
            member.HasOne(m => m.User).WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
            member.HasIndex(m => new { m.UserId, m.TeamId });
        });

        modelBuilder.Entity<TunnelRow>(tunnel =>
        {
            tunnel.HasOne<TeamRow>().WithMany().HasForeignKey(t => t.TeamId).OnDelete(DeleteBehavior.Restrict);

            // A name is a person's or a team's: each has names of its own. In an index a null is like no other null.
            tunnel.HasIndex(t => new { t.UserId, t.Name }).IsUnique().HasFilter("team_id IS NULL");
            tunnel.HasIndex(t => new { t.TeamId, t.Name }).IsUnique();
            tunnel.HasIndex(t => new { t.TeamId, t.Id });
        });
    }
}
