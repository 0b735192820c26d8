using Mport.Server.Accounts.Reservations;

namespace Mport.Server.Accounts.Removal;

/// <summary>What became of the wish to delete an account.</summary>
internal abstract record RemovalResult
{
    private RemovalResult()
    {
    }

    /// <summary>It is deleted.</summary>
    internal sealed record Removed(RemovedAccount Account) : RemovalResult;

    /// <summary>There is none of this id.</summary>
    internal sealed record Unknown : RemovalResult;

    /// <summary>It is the owner's, which stays.</summary>
    internal sealed record IsOwner : RemovalResult;

    /// <summary>Who is to get what it has does not exist, is disabled, or is the account itself.</summary>
    internal sealed record HeirUnfit : RemovalResult;
}

/// <summary>A deleted account and what it had.</summary>
internal sealed record RemovedAccount
{
    /// <summary>Its id.</summary>
    public required UserId Id { get; init; }

    /// <summary>Its e-mail address.</summary>
    public required string Email { get; init; }

    /// <summary>Its role.</summary>
    public required UserRole Role { get; init; }

    /// <summary>Who got its tunnels and reservations; null where they were given up.</summary>
    public UserId? Heir { get; init; }

    /// <summary>The teams that it was in.</summary>
    public required IReadOnlyList<LeftTeam> Teams { get; init; }

    /// <summary>Its tunnels, those of teams that it was alone in among them.</summary>
    public required IReadOnlyList<RemovedTunnel> Tunnels { get; init; }

    /// <summary>Its reservations.</summary>
    public required IReadOnlyList<Reservation> Reservations { get; init; }
}

/// <summary>A tunnel of a deleted account.</summary>
/// <param name="Id">The tunnel.</param>
/// <param name="Name">Its name.</param>
/// <param name="NameNow">Its name in the account that got it: another one where that has a tunnel of the same name.</param>
/// <param name="Subdomain">Its subdomain.</param>
/// <param name="TcpPort">Its TCP port.</param>
/// <param name="UdpPort">Its UDP port.</param>
internal sealed record RemovedTunnel(TunnelId Id, string Name, string NameNow, string? Subdomain, int? TcpPort, int? UdpPort)
{
    /// <summary>Its custom domains.</summary>
    public TunnelHosts Hosts { get; init; } = TunnelHosts.None;

    /// <summary>The part of its hosts that it answered for.</summary>
    public string Path { get; init; } = TunnelPath.All;

    /// <summary>The tunnel with its hosts.</summary>
    public TunnelRecord Record => new(Id, Name, TunnelProto.Http, Subdomain, Port: null) { Hosts = Hosts, Path = Path };

    /// <summary>A name that is not taken: the same, or with a number.</summary>
    public static string FreeName(string name, IReadOnlySet<string> taken)
    {
        var free = name;
        for (var number = 2; taken.Contains(free); number++)
        {
            var end = $"-{number}";
            free = name[..Math.Min(name.Length, DomainName.MaxLabelLength - end.Length)].TrimEnd('-') + end;
        }

        return free;
    }
}
