using System.Net;
using Mport.Protocol.Identity;
using Mport.Protocol.Relay;
using Mport.Server.Accounts;

namespace Mport.Server.Tunnels.Connections;

/// <summary>
/// One visitor who is with a tunnel now: a TCP connection, an HTTP request or WebSocket, or the address of a UDP visitor. Each request makes one, so it costs
/// next to nothing until somebody looks at it. Thread-safe.
/// </summary>
/// <param name="all">Where it stands.</param>
/// <param name="number">Its key there.</param>
internal sealed class VisitorConnection(VisitorConnections all, long number) : IDisposable
{
    /// <summary>What every such id begins with.</summary>
    public const string Prefix = "con";

    private readonly Lock _gate = new();
    private Action? _end;
    private bool _isEnded;
    private bool _isGone;
    private string? _id;

    /// <summary>The id, <c>con_…</c>; made when it is first asked for.</summary>
    public string Id => _id ?? Interlocked.CompareExchange(ref _id, Ulid.Create(Prefix, Since), null) ?? _id;

    /// <summary>The tunnel, <c>tun_…</c>.</summary>
    public required string TunnelId { get; init; }

    /// <summary>What the visitor speaks: http, tcp or udp.</summary>
    public required TunnelProto Proto { get; init; }

    /// <summary>Where the visitor comes from.</summary>
    public required IPEndPoint Visitor { get; init; }

    /// <summary>When it came.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Its bytes, by whoever counts them; null while nobody does, as for requests and answers of HTTP.</summary>
    public ByteCount? Bytes { get; set; }

    /// <summary>Says how the connection is ended; done at once where somebody has ended it already. Never done once the visitor has gone.</summary>
    public void OnEnd(Action end)
    {
        lock (_gate)
        {
            _end = end;
            if (_isEnded && !_isGone)
            {
                end();
            }
        }
    }

    /// <summary>Ends the connection.</summary>
    public void End()
    {
        lock (_gate)
        {
            if (!_isEnded && !_isGone)
            {
                _isEnded = true;
                _end?.Invoke();
            }
        }
    }

    /// <summary>The visitor has gone.</summary>
    public void Dispose()
    {
        all.Remove(number);
        lock (_gate)
        {
            _isGone = true;
        }
    }
}
