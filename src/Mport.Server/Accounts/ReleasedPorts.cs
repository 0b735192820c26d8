using Microsoft.EntityFrameworkCore;
using Mport.Protocol.Errors;
using Mport.Server.Data;

namespace Mport.Server.Accounts;

/// <summary>Ports that somebody gave up: they rest before another account may have them, since their callers may not have heard of it yet (SEC-43).</summary>
internal static class ReleasedPorts
{
    /// <summary>How long.</summary>
    private static readonly TimeSpan _rest = TimeSpan.FromHours(24);

    /// <summary>Those that rest for this account, which another one had, in a protocol of the kind.</summary>
    public static IQueryable<ReleasedPort> RestingIn(EdgeDbContext context, UserId wants, TunnelProto proto, int first, int last, TimeProvider time)
    {
        var since = time.GetUtcNow() - _rest;
        var resting = context.ReleasedPorts.Where(r => r.Port >= first && r.Port <= last && r.UserId != wants && r.ReleasedAt > since);
        return (proto.UsesTcp(), proto.UsesUdp()) switch
        {
            (true, false) => resting.Where(r => r.Transport == PortTransport.Tcp),
            (false, true) => resting.Where(r => r.Transport == PortTransport.Udp),
            _ => resting,
        };
    }

    /// <summary>The failure for a port that rests.</summary>
    public static Failure Refuse(int port, DateTimeOffset released) =>
        Failure.Of(TunnelErrors.PortTaken, $"Port {port} was another account's until a short while ago; others may have it from {released + _rest:u} on.", retry: true);

    /// <summary>Notes that the account takes or gives up ports at this moment; written with the rest of the change. Nothing for null.</summary>
    public static async Task NoteAsync(EdgeDbContext context, UserId owner, int? tcp, int? udp, TimeProvider time, CancellationToken cancellationToken)
    {
        if (tcp is { } ofTcp)
        {
            await NoteAsync(context, PortTransport.Tcp, ofTcp, owner, time, cancellationToken);
        }

        if (udp is { } ofUdp)
        {
            await NoteAsync(context, PortTransport.Udp, ofUdp, owner, time, cancellationToken);
        }
    }

    private static async Task NoteAsync(EdgeDbContext context, PortTransport transport, int port, UserId owner, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await context.ReleasedPorts.FindAsync([transport, port], cancellationToken) is not { } released)
        {
            context.ReleasedPorts.Add(new ReleasedPort { Transport = transport, Port = port, UserId = owner, ReleasedAt = time.GetUtcNow() });
            return;
        }

        released.UserId = owner;
        released.ReleasedAt = time.GetUtcNow();
    }
}
