using System.Net;
using Mport.Protocol.Errors;

namespace Mport.Client;

/// <summary>Something that happened in the engine. Immutable; the derived records are all there are.</summary>
public abstract record ClientEvent
{
    private protected ClientEvent()
    {
    }
}

/// <summary>An attempt to reach the edge begins.</summary>
public sealed record Connecting(EdgeAddress Edge, int Attempt) : ClientEvent;

/// <summary>The edge accepted the session.</summary>
public sealed record SessionConnected(string Session, string Account, string Domain, EdgeAddress Edge, IPEndPoint RemoteAddress, string ServerVersion) : ClientEvent;

/// <summary>The session ended or could not be opened; the engine tries again after <paramref name="RetryIn"/>.</summary>
public sealed record SessionLost(Failure Failure, TimeSpan RetryIn, int Attempt) : ClientEvent;

/// <summary>No carrier of the session has a connection any more; the engine dials, and visitors wait. <see cref="SessionResumed"/> or <see cref="SessionLost"/> follows.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Failure">Why the last connection broke.</param>
public sealed record SessionSuspended(string Session, Failure Failure) : ClientEvent;

/// <summary>A carrier's connection broke and was taken up again; no stream noticed.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Carrier">The carrier's index in the session, from 0.</param>
/// <param name="Failure">Why the connection broke.</param>
/// <param name="Pause">From the break to the replay.</param>
public sealed record SessionResumed(string Session, int Carrier, Failure Failure, TimeSpan Pause) : ClientEvent;

/// <summary>The edge asked the client to move on (it is being stopped or updated); streams in flight go on.</summary>
public sealed record SessionDraining(string Text) : ClientEvent;

/// <summary>A tunnel's public address works.</summary>
public sealed record TunnelReady(TunnelSpec Tunnel, string Id, IReadOnlyList<string> Urls, bool TookOver) : ClientEvent
{
    /// <summary>The best address.</summary>
    public string Url => Urls[0];
}

/// <summary>The edge refused a tunnel. If it says that retrying helps, the engine does.</summary>
public sealed record TunnelNotOpened(TunnelSpec Tunnel, Failure Failure) : ClientEvent;

/// <summary>A tunnel that was ready is no more, while the session goes on.</summary>
public sealed record TunnelEnded(TunnelSpec Tunnel, Failure Failure) : ClientEvent;

/// <summary>The health check of a tunnel came to a verdict, the first one or another than before.</summary>
/// <param name="Tunnel">The tunnel.</param>
/// <param name="Healthy">Whether the target is well.</param>
/// <param name="Text">What the last check found.</param>
public sealed record TunnelHealthChanged(TunnelSpec Tunnel, bool Healthy, string Text) : ClientEvent;

/// <summary>A visitor's connection reached the client.</summary>
public sealed record ConnectionOpened(long Connection, TunnelSpec Tunnel, IPEndPoint? Visitor) : ClientEvent;

/// <summary>A visitor's connection ended.</summary>
/// <param name="Connection">The number that <see cref="ConnectionOpened"/> gave.</param>
/// <param name="Tunnel">The tunnel.</param>
/// <param name="BytesIn">Bytes from visitor to target.</param>
/// <param name="BytesOut">Bytes from target to visitor.</param>
/// <param name="Duration">From open to close.</param>
/// <param name="Failure">Why it ended when it did not end well, else null.</param>
public sealed record ConnectionClosed(long Connection, TunnelSpec Tunnel, long BytesIn, long BytesOut, TimeSpan Duration, Failure? Failure) : ClientEvent;

/// <summary>The target did not take a visitor's connection, or did not answer the look at the start. Told at most once a second a tunnel.</summary>
public sealed record TargetDown(TunnelSpec Tunnel, Failure Failure) : ClientEvent;

/// <summary>The edge opened a stream for a tunnel that this client does not have; nothing was dialled. Told at most once a second.</summary>
public sealed record StreamForbidden(int TunnelNumber, Failure Failure) : ClientEvent;

/// <summary>A defect of the engine: one piece of its work ended with an exception that nobody foresaw. The rest goes on.</summary>
public sealed record UnexpectedError(Exception Error) : ClientEvent;

/// <summary>A text from the edge for the user.</summary>
public sealed record EdgeNotice(string Level, string Text) : ClientEvent;
