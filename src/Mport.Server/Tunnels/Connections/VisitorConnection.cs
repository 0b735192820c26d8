using System.Net;
using Mport.Protocol.Identity;
using Mport.Protocol.Relay;
using Mport.Server.Accounts;

namespace Mport.Server.Tunnels.Connections;

/// <summary>One visitor who is with a tunnel now: a TCP connection, an HTTP request or WebSocket, or the address of a UDP visitor. Thread-safe.</summary>
internal sealed class VisitorConnection : IDisposable
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "con";

    private readonly CancellationTokenSource _ended = new();
    private readonly VisitorConnections _all;

    /// <summary>A visitor who has just come.</summary>
    public VisitorConnection(VisitorConnections all, string tunnelId, TunnelProto proto, IPEndPoint visitor, TimeProvider time)
    {
        _all = all;
        Id = Ulid.Create(Prefix, time);
        TunnelId = tunnelId;
        Proto = proto;
        Visitor = visitor;
        Since = time.GetUtcNow();
        Ended = _ended.Token;
    }

    /// <summary>The id, <c>con_…</c>.</summary>
    public string Id { get; }

    /// <summary>The tunnel, <c>tun_…</c>.</summary>
    public string TunnelId { get; }

    /// <summary>What the visitor speaks: http, tcp or udp.</summary>
    public TunnelProto Proto { get; }

    /// <summary>Where the visitor comes from.</summary>
    public IPEndPoint Visitor { get; }

    /// <summary>When it came.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Its bytes; whoever has a count of its own for them puts it here.</summary>
    public ByteCount Bytes { get; set; } = new();

    /// <summary>Cancelled when somebody ends the connection.</summary>
    public CancellationToken Ended { get; }

    /// <summary>Ends the connection.</summary>
    public void End()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended of itself meanwhile.
        }
    }

    /// <summary>The visitor has gone.</summary>
    public void Dispose()
    {
        _all.Remove(this);
        _ended.Dispose();
    }
}
