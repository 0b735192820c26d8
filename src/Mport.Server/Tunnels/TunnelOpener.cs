using System.Net.Sockets;
using Mport.Protocol.Control;
using Mport.Protocol.Errors;
using Mport.Server.Accounts;
using Mport.Server.Accounts.Teams;
using Mport.Server.Domains;
using Mport.Server.Edge.Sessions;
using Mport.Server.Events;
using Mport.Server.Policy;
using Mport.Server.Quotas;
using Mport.Server.Traffic;
using Mport.Server.Tunnels.Groups;

namespace Mport.Server.Tunnels;

/// <summary>Opens and closes tunnels: settles who may hold one, claims its address, and sets the address going.</summary>
internal sealed class TunnelOpener(
    TunnelStore store,
    TeamStore teams,
    TunnelRegistry registry,
    HostTable hosts,
    TunnelPorts ports,
    PublicAddress address,
    DomainDesk domains,
    TunnelsMetrics metrics,
    UsageLedger usage,
    QuotaBook quotas,
    IEventLog events,
    GroupsMetrics groups,
    PolicyDesk policies,
    TimeProvider time,
    ILogger<TunnelOpener> logger)
{
    private readonly TunnelBars _bars = new();

    // Who holds a tunnel and what its address stands for change together.
    private readonly Lock _publishing = new();

    /// <summary>To be passed before <see cref="OpenAsync"/>.</summary>
    public TunnelGate Gate { get; } = new();

    /// <summary>Which subdomains nobody gets.</summary>
    public ForbiddenNames Forbidden { get; init; } = ForbiddenNames.BuiltIn;

    /// <summary>Opens a tunnel for a session, or says why not.</summary>
    public async Task<TunnelOpening> OpenAsync(EdgeSession session, OpenTunnel open, int number, CancellationToken cancellationToken)
    {
        if (TunnelProtoText.Parse(open.Proto) is not { } proto)
        {
            return new TunnelOpening(Failure.Of(
                TunnelErrors.ProtocolNotOffered, "This edge offers http, tls, tcp, udp and tcp+udp tunnels."));
        }

        if (open.Group is { } group && !DomainName.IsLabel(group))
        {
            return new TunnelOpening(Failure.Of(TunnelErrors.NameInvalid, "A group's name has 1 to 63 characters of a-z, 0-9 and hyphen, no hyphen at an end."));
        }

        if (!session.Identity.Names.Contains(open.Name) || (open.Subdomain is { } named && !session.Identity.Names.Contains(named.ToLowerInvariant())))
        {
            return new TunnelOpening(Failure.Of(ApiErrors.TokenNameRefused, $"The token is for tunnels named {string.Join(", ", session.Identity.Names.Patterns)} alone."));
        }

        var (policy, unusable) = policies.Declare(open.Policy, proto);
        if (unusable is not null)
        {
            return new TunnelOpening(unusable);
        }

        var path = TunnelPath.All;
        if (open.Path is not null && TunnelPath.Read(open.Path, out path) is { } badPath)
        {
            return new TunnelOpening(badPath);
        }

        var (wantedHosts, unproven) = await domains.RequireAsync(session.Identity, open.Domains, cancellationToken);
        if (unproven is not null)
        {
            return new TunnelOpening(unproven);
        }

        TeamId? team = null;
        if (open.Team is { } wanted)
        {
            // The same for a team that is not there and for one that others are in.
            if ((TeamId.Parse(wanted) is { } id ? await teams.FindAsync(session.Identity.UserId, id, cancellationToken)
                : DomainName.IsLabel(wanted) ? await teams.FindAsync(session.Identity.UserId, wanted, cancellationToken) : null) is not { } known)
            {
                return new TunnelOpening(Failure.Of(TeamErrors.TeamUnknown, "Your account is in no team of the name that --team gives."));
            }

            team = known.Id;
        }

        // Before the claim, which may change the tunnel's address: only who may hold the tunnel may do that.
        var newcomer = new TunnelNewcomer(session.Identity, open.Takeover, open.Group);
        var holding = registry.Find(TunnelOwner.Of(session.Identity.UserId, team), open.Name);
        var decision = TunnelHold.Decide(holding?.Group, holding?.Identities ?? TunnelHolding.Nobody, newcomer);
        if (TunnelRefusals.Of(decision, open, holding) is { } early)
        {
            return new TunnelOpening(early);
        }

        if (decision == TunnelHoldDecision.Join && holding is not null)
        {
            // The group has its address; a member takes it as it is.
            var shared = holding.Links[0].Tunnel;
            return TunnelRefusals.OfOtherAddress(shared, holding.Public.Policy.Client, open, proto, policy) is { } differs
                ? new TunnelOpening(differs)
                : Hold(NewLink(session, shared, number, open, new PolicySlot(policy)), newcomer, open);
        }

        switch (await store.ClaimAsync(ClaimOf(session.Identity.UserId, open.Name, proto, open.Subdomain, open.RemotePort) with { TeamId = team, Hosts = wantedHosts, Path = open.Path is null ? null : path }, cancellationToken))
        {
            case TunnelClaimResult.Refused refused:
                return new TunnelOpening(refused.Failure);
            case TunnelClaimResult.Claimed claimed:
                Record(session.Identity, claimed);
                return await HoldAsync(NewLink(session, claimed.Tunnel, number, open, new PolicySlot(policy)), newcomer, open, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>A claim of an address with what this edge gives and has in use.</summary>
    public TunnelClaim ClaimOf(UserId userId, string name, TunnelProto proto, string? subdomain, int? port) => new()
    {
        UserId = userId,
        Name = name,
        Proto = proto,
        Subdomain = subdomain?.ToLowerInvariant(),
        Port = port,
        TcpPorts = ports.TcpRange,
        UdpPorts = ports.UdpRange,
        IsTcpPortUsable = ports.IsTcpFree,
        IsUdpPortUsable = ports.IsUdpFree,
        IsOpen = registry.IsOpen,
        Forbidden = Forbidden,
        Allowance = quotas.AllowanceOf(userId),
        AllowanceOfTeam = quotas.AllowanceOf,
    };

    /// <summary>From now on nobody opens the tunnel, whatever its row said when it was looked at; it stays open where it is.</summary>
    public void Bar(TunnelId id)
    {
        lock (_publishing)
        {
            _bars.Add(id);
        }
    }

    /// <summary>The tunnel may be opened again.</summary>
    public void Unbar(TunnelId id)
    {
        lock (_publishing)
        {
            _bars.Remove(id);
        }
    }

    /// <summary>Takes the tunnel from all who hold it, and tells them why. Visitors who are in go on.</summary>
    public void End(TunnelOwner owner, string name, Failure why)
    {
        foreach (var link in registry.Find(owner, name)?.Links ?? [])
        {
            End(link, why);
        }
    }

    /// <summary>Takes the tunnel from all who hold it, and tells them why. No visitor who comes later gets in; the caller ends those who are in afterwards.</summary>
    public void Cut(TunnelOwner owner, string name, Failure why)
    {
        foreach (var link in registry.Find(owner, name)?.Links ?? [])
        {
            link.Cut();
            End(link, why);
        }
    }

    /// <summary>Takes the tunnel from one who holds it, and tells it why. Visitors who are in go on.</summary>
    public void End(SessionTunnelLink link, Failure why)
    {
        Close(link);
        link.Session.Tell(new TunnelClosed { Number = link.Number, Code = why.Code.ToString(), Text = why.Text, Retry = why.Retry });
    }

    /// <summary>The link's session gives the tunnel up. Does nothing when another session has taken it.</summary>
    public void Close(SessionTunnelLink link)
    {
        link.Dispose();
        TunnelHolding? before;
        TunnelHolding? left;
        lock (_publishing)
        {
            before = registry.Release(link, out left);
            if (before is not null && left is null)
            {
                Unpublish(before, link.Tunnel);
            }
        }

        if (before?.Group is { } group)
        {
            groups.Left();
            logger.MemberLeft(link.Session.Identity.Id, group, link.TunnelId, left?.Links.Count ?? 0);
        }
    }

    /// <summary>The link's client told how its target is.</summary>
    public void SetHealth(SessionTunnelLink link, bool healthy, string text)
    {
        if (!link.SetHealth(healthy))
        {
            return;
        }

        groups.HealthChanged(healthy);
        if (healthy)
        {
            logger.TargetWell(link.TunnelId, link.Session.Identity.Id, text);
        }
        else
        {
            logger.TargetIll(link.TunnelId, link.Session.Identity.Id, text);
        }
    }

    private void Record(SessionIdentity identity, TunnelClaimResult.Claimed claimed)
    {
        if (SessionEvents.TunnelClaimed(identity, claimed) is { } happened)
        {
            events.Record(happened);
        }
    }

    private SessionTunnelLink NewLink(EdgeSession session, TunnelRecord tunnel, int number, OpenTunnel open, PolicySlot policy)
    {
        var key = new UsageKey(session.Identity.UserId, session.Identity.TokenId, tunnel.Id) { TeamId = tunnel.TeamId };
        return new SessionTunnelLink(session, tunnel, number, open.Target, usage.MeterOf(key, metrics.Bytes), new QuotaLink(quotas, key)) { OpenedAt = time.GetUtcNow(), Policy = policy };
    }

    private async Task<TunnelOpening> HoldAsync(SessionTunnelLink link, TunnelNewcomer newcomer, OpenTunnel open, CancellationToken cancellationToken)
    {
        // Before the first visitor can come.
        if (await LoadPolicyAsync(link, cancellationToken) is { } unusable)
        {
            return new TunnelOpening(unusable);
        }

        var opening = Hold(link, newcomer, open);

        // And again: what was set while nobody saw the link yet.
        if (opening.IsOpen)
        {
            await LoadPolicyAsync(link, cancellationToken);
        }

        return opening;
    }

    private async Task<Failure?> LoadPolicyAsync(SessionTunnelLink link, CancellationToken cancellationToken)
    {
        var (stored, revision) = await store.FindPolicyAsync(link.Tunnel.Id, cancellationToken);
        if (link.Policy.IsAsOf(revision))
        {
            return null;
        }

        var (policy, unusable) = policies.ReadStored(stored, link.Tunnel.Proto);
        if (unusable is null)
        {
            link.Policy.SetOwner(policy, revision);
        }

        return unusable;
    }

    private TunnelOpening Hold(SessionTunnelLink link, TunnelNewcomer newcomer, OpenTunnel open)
    {
        TunnelHoldOutcome outcome;
        Failure? unheard = null;
        lock (_publishing)
        {
            var current = registry.Find(link.Owner, link.Name);
            if (_bars.Contains(link.Tunnel.Id))
            {
                return new TunnelOpening(Failure.Of(TunnelErrors.TunnelClosedByEdge, $"The tunnel {link.Name} was stopped or deleted just now.", retry: true));
            }

            if (current?.Group is { } group && group == newcomer.Group && (current.Links[0].Tunnel != link.Tunnel || current.Public.Policy.Client?.Fingerprint != link.Policy.Client?.Fingerprint))
            {
                return new TunnelOpening(Failure.Of(TunnelErrors.GroupMismatch, "The group's first member opened it at another address, or with other rules, just now.", retry: true));
            }

            outcome = registry.TryHold(link, newcomer, open.Sticky);
            if (TunnelRefusals.Of(outcome.Decision, open, outcome.Now) is { } refusal)
            {
                return new TunnelOpening(refusal);
            }

            // What a group's address stands for is the same link, whoever joins.
            if (outcome.Decision != TunnelHoldDecision.Join)
            {
                unheard = TryPublish(link, outcome);
            }
        }

        TellLosers(link, outcome);
        if (unheard is not null)
        {
            return new TunnelOpening(unheard);
        }

        if (outcome.Now?.Group is { } joined)
        {
            groups.Joined();
            logger.MemberJoined(link.Session.Identity.Id, joined, link.TunnelId, outcome.Now.Links.Count);
        }

        return new TunnelOpening(link, address.Of(link.Tunnel), outcome.Decision == TunnelHoldDecision.TakeOver);
    }

    private Failure? TryPublish(SessionTunnelLink link, TunnelHoldOutcome outcome)
    {
        if (outcome.Before is { } before)
        {
            Forget(before, link.Tunnel);
        }

        var shown = outcome.Now?.Public ?? link;
        try
        {
            ports.Open(link.Tunnel, shown);
        }
        catch (SocketException error)
        {
            registry.Release(link, out _);
            if (outcome.Before is { } former)
            {
                // It has lost the tunnel, and nobody else would close what it kept.
                var kept = former.Links[0].Tunnel;
                ports.Close(kept, former.Public);
                hosts.SetAway(kept, former.Public);
            }

            return Failure.Of(TunnelErrors.PortTaken, $"The edge cannot listen on port {link.Tunnel.Port}: {error.Message}.", retry: true);
        }

        hosts.SetOnline(link.Tunnel, shown);
        return null;
    }

    private void Unpublish(TunnelHolding holding, TunnelRecord tunnel)
    {
        hosts.SetAway(tunnel, holding.Public);

        ports.Close(tunnel, holding.Public);
        (holding.Public as GroupTunnelLink)?.Dispose();
    }

    // The name stays, but its address may be another one now.
    private void Forget(TunnelHolding before, TunnelRecord now)
    {
        var tunnel = before.Links[0].Tunnel;
        ports.CloseAllBut(now, tunnel, before.Public);
        hosts.Move(tunnel, now);

        (before.Public as GroupTunnelLink)?.Dispose();
    }

    private void TellLosers(SessionTunnelLink link, TunnelHoldOutcome outcome)
    {
        foreach (var lost in outcome.Lost)
        {
            lost.Dispose();
            if (outcome.Before?.Group is not null)
            {
                groups.Left();
            }

            // A process that has joined anew knows where its place went.
            if (outcome.Decision == TunnelHoldDecision.TakeOver)
            {
                events.Record(SessionEvents.TunnelClosed(lost.Session.Identity, lost.TunnelId, lost.Name, "Another client of the account took it over."));
                lost.Session.Tell(TunnelRefusals.TellLoser(lost, link.Session.Identity));
                logger.TunnelTakenOver(link.TunnelId, link.Session.Identity.Id, lost.Session.Identity.Id);
            }
        }
    }
}
