using System.Globalization;
using System.Text.Json;
using Mport.Client;
using Mport.Protocol.Errors;
using Mport.Protocol.Rest;

namespace Mport.Cli.Output;

/// <summary>Turns events and failures into the lines that <c>--json</c> promises.</summary>
internal static class JsonLines
{
    /// <summary>The line of an event, or null for one that has none.</summary>
    public static string? Of(ClientEvent happened, DateTimeOffset at)
    {
        var time = Rfc3339(at);
        return happened switch
        {
            SessionConnected e => JsonSerializer.Serialize(
                new SessionConnectedLine(e.Session, e.Account, e.Domain, e.Edge.ToString(), e.ServerVersion) { Time = time }, CliJson.Default.SessionConnectedLine),
            SessionLost e => JsonSerializer.Serialize(
                new SessionLostLine(e.Failure.Code.ToString(), e.Failure.Text, Seconds(e.RetryIn), e.Attempt) { Time = time }, CliJson.Default.SessionLostLine),
            SessionSuspended e => JsonSerializer.Serialize(
                new SessionSuspendedLine(e.Session, e.Failure.Code.ToString(), e.Failure.Text) { Time = time }, CliJson.Default.SessionSuspendedLine),
            SessionResumed e => JsonSerializer.Serialize(
                new SessionResumedLine(e.Session, e.Carrier, e.Failure.Code.ToString(), e.Failure.Text, (long)e.Pause.TotalMilliseconds) { Time = time }, CliJson.Default.SessionResumedLine),
            SessionDraining e => JsonSerializer.Serialize(new NoticeLine("warning", e.Text) { Time = time }, CliJson.Default.NoticeLine),
            EdgeNotice e => JsonSerializer.Serialize(new NoticeLine(e.Level, e.Text) { Time = time }, CliJson.Default.NoticeLine),
            TunnelReady e => JsonSerializer.Serialize(
                new TunnelReadyLine(e.Tunnel.Name, e.Tunnel.Kind.ToWire(), e.Url, e.Tunnel.Target.ToString(), e.Id, e.Urls, e.TookOver) { Time = time },
                CliJson.Default.TunnelReadyLine),
            TunnelNotOpened e => Error(e.Failure, e.Tunnel.Name, at),
            TargetDown e => Error(e.Failure, e.Tunnel.Name, at),
            StreamForbidden e => Error(e.Failure, null, at),
            TunnelHealthChanged { Healthy: true } e => JsonSerializer.Serialize(
                new TunnelHealthyLine(e.Tunnel.Name, e.Text) { Time = time }, CliJson.Default.TunnelHealthyLine),
            TunnelHealthChanged e => JsonSerializer.Serialize(
                new TunnelUnhealthyLine(e.Tunnel.Name, e.Text) { Time = time }, CliJson.Default.TunnelUnhealthyLine),
            TunnelEnded e => TunnelClosed(e.Tunnel, e.Failure, at),
            ConnectionOpened e => JsonSerializer.Serialize(
                new ConnectionOpenedLine(e.Connection, e.Tunnel.Name, e.Visitor?.ToString()) { Time = time }, CliJson.Default.ConnectionOpenedLine),
            ConnectionClosed e => JsonSerializer.Serialize(
                new ConnectionClosedLine(e.Connection, e.Tunnel.Name, e.BytesIn, e.BytesOut, Seconds(e.Duration), e.Failure?.Code.ToString(), e.Failure?.Text) { Time = time },
                CliJson.Default.ConnectionClosedLine),
            _ => null,
        };
    }

    /// <summary>The line of a tunnel that is no more, by a failure or because a stop was asked for.</summary>
    public static string TunnelClosed(TunnelSpec tunnel, Failure? failure, DateTimeOffset at) => JsonSerializer.Serialize(
        new TunnelClosedLine(tunnel.Name, tunnel.Kind.ToWire(), tunnel.Target.ToString(), failure?.Code.ToString(), failure?.Text) { Time = Rfc3339(at) },
        CliJson.Default.TunnelClosedLine);

    /// <summary>The line of a login that waits for its approval. It holds nothing that lets anybody in.</summary>
    public static string LoginCode(DeviceLoginCodes codes, DateTimeOffset at) => JsonSerializer.Serialize(
        new LoginCodeLine(codes.UserCode, codes.VerificationUri, codes.VerificationUriComplete, codes.ExpiresIn) { Time = Rfc3339(at) }, CliJson.Default.LoginCodeLine);

    /// <summary>The line of a failure.</summary>
    public static string Error(Failure failure, string? tunnel, DateTimeOffset at) => JsonSerializer.Serialize(
        new ErrorLine(failure.Code.ToString(), failure.Text, tunnel, failure.Retry) { Time = Rfc3339(at) }, CliJson.Default.ErrorLine);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static string Rfc3339(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
