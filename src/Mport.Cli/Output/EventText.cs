using System.Diagnostics;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Output;

/// <summary>The engine's events as one plain line each, for standard error and for the panel's hints.</summary>
internal static class EventText
{
    /// <summary>The line, already escaped, and how important it is.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="wasConnected">Whether a session was up before it.</param>
    public static (Verbosity Level, string Line) Describe(ClientEvent happened, bool wasConnected)
    {
        var (level, line) = happened switch
        {
            Connecting { Attempt: <= 1 } e => (Verbosity.Info, $"connecting to {e.Edge}"),
            Connecting e => (Verbosity.Debug, $"connecting to {e.Edge}, attempt {e.Attempt}"),
            SessionConnected e => (Verbosity.Info, $"connected to {e.Edge} as {e.Account} (edge {e.ServerVersion}, session {e.Session})"),
            SessionLost e => (Verbosity.Warn, $"{Lost(wasConnected)}: {WithoutFullStop(e.Failure)}; retrying in {Wait(e.RetryIn)}"),
            SessionSuspended e => (Verbosity.Warn, $"connection interrupted: {WithoutFullStop(e.Failure)}; reconnecting, open connections wait"),
            SessionDraining e => (Verbosity.Warn, $"the edge is going away: {e.Text}"),
            SessionResumed e => (Verbosity.Info, $"connection taken up again after {Quantity.Duration(e.Pause)}: {e.Failure}"),
            TunnelReady e => (Verbosity.Info, $"tunnel {e.Tunnel.Name}: {string.Join(" and ", e.Urls)} → {e.Tunnel.Target}{(e.TookOver ? " (taken over)" : "")}"),
            TunnelNotOpened e => (Verbosity.Error, $"tunnel {e.Tunnel.Name} was not opened: {e.Failure}"),
            TunnelEnded e => (Verbosity.Warn, $"tunnel {e.Tunnel.Name} is closed: {e.Failure}"),
            TunnelHealthChanged { Healthy: true } e => (Verbosity.Info, $"tunnel {e.Tunnel.Name}: the target {e.Tunnel.Target} is well: {e.Text}"),
            TunnelHealthChanged e => (Verbosity.Warn, $"tunnel {e.Tunnel.Name}: the target {e.Tunnel.Target} is ill and gets no visitors: {e.Text}"),
            ConnectionOpened e => (Verbosity.Debug, $"{e.Tunnel.Name}: connection {e.Connection} from {Visitor(e)} opened"),
            ConnectionClosed e => (Verbosity.Debug, $"{e.Tunnel.Name}: connection {e.Connection} closed after {Quantity.Duration(e.Duration)}, "
                + $"in {Quantity.Bytes(e.BytesIn)}, out {Quantity.Bytes(e.BytesOut)}{(e.Failure is { } failure ? ": " + failure : "")}"),
            TargetDown e => (Verbosity.Warn, $"tunnel {e.Tunnel.Name}: the target {e.Tunnel.Target} does not take connections: {e.Failure}"),
            StreamForbidden e => (Verbosity.Warn, $"warning: {e.Failure}"),
            UnexpectedError e => (Verbosity.Error, $"unexpected error, please report it: {e.Error}"),
            EdgeNotice e => (e.Level == "warning" ? Verbosity.Warn : Verbosity.Info, $"the edge says: {e.Text}"),
            _ => throw new UnreachableException(),
        };
        return (level, DisplayText.Escape(line));
    }

    /// <summary>A visitor's address, or who stands in for it: HTTP connections are the edge's own, shared by visitors.</summary>
    public static string Visitor(ConnectionOpened opened) => opened.Visitor?.ToString() ?? "the edge";

    /// <summary>A waiting time in whole seconds, at least 1.</summary>
    public static string Wait(TimeSpan time) => $"{Math.Max(1, (int)Math.Round(time.TotalSeconds))} s";

    private static string Lost(bool wasConnected) => wasConnected ? "connection lost" : "cannot connect";

    private static string WithoutFullStop(Failure failure) => failure.ToString().TrimEnd('.');
}
