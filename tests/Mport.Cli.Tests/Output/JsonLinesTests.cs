using Mport.Cli.Output;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Tests.Output;

public sealed class JsonLinesTests
{
    private static readonly DateTimeOffset s_at = new(2026, 11, 22, 13, 14, 15, 678, TimeSpan.FromHours(1));

    private static readonly Failure s_refused = new(ConnectionErrors.TargetRefused.Code, "Nothing listens.");

    public static TheoryData<ClientEvent, string> Golden => new()
    {
        {
            Events.Connected,
            """{"event":"session.connected","session":"ses_1","account":"owner@example","domain":"example","edge":"edge.example:8443","server_version":"0.1.0","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new SessionLost(Events.Lost, TimeSpan.FromSeconds(3.25), 2),
            """{"event":"session.lost","code":"MP-1306","text":"The network changed.","retry_in":3.25,"attempt":2,"time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new TunnelReady(Events.Phone, "tun_1", ["tcp://host:20001", "tcp://127.0.0.1:20001"], TookOver: true),
            """{"event":"tunnel.ready","tunnel":"phone","proto":"tcp","url":"tcp://host:20001","target":"127.0.0.1:5555","id":"tun_1","urls":["tcp://host:20001","tcp://127.0.0.1:20001"],"took_over":true,"time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new TunnelNotOpened(Events.Phone, new Failure(TunnelErrors.PortTaken.Code, "Taken.")),
            """{"event":"error","code":"MP-1207","text":"Taken.","tunnel":"phone","retry":false,"time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new TunnelEnded(Events.Web, new Failure(TunnelErrors.TunnelTakenOver.Code, "Taken over.")),
            """{"event":"tunnel.closed","tunnel":"web","proto":"http","target":"127.0.0.1:3000","code":"MP-1205","text":"Taken over.","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new SessionResumed("ses_1", 1, Events.Lost, TimeSpan.FromMilliseconds(1234)),
            """{"event":"session.resumed","session":"ses_1","carrier":1,"code":"MP-1306","reason":"The network changed.","duration_ms":1234,"time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new SessionSuspended("ses_1", Events.Lost),
            """{"event":"session.suspended","session":"ses_1","code":"MP-1306","text":"The network changed.","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new TunnelHealthChanged(Events.Web, Healthy: false, "GET /healthz answered 500."),
            """{"event":"tunnel.unhealthy","tunnel":"web","text":"GET /healthz answered 500.","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new TunnelHealthChanged(Events.Web, Healthy: true, "GET /healthz answered 200."),
            """{"event":"tunnel.healthy","tunnel":"web","text":"GET /healthz answered 200.","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new ConnectionOpened(7, Events.Phone, Events.Visitor),
            """{"event":"connection.opened","connection":7,"tunnel":"phone","visitor":"203.0.113.9:53112","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new ConnectionOpened(8, Events.Phone, null),
            """{"event":"connection.opened","connection":8,"tunnel":"phone","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new ConnectionClosed(7, Events.Phone, 10, 2000, TimeSpan.FromMilliseconds(1500), null),
            """{"event":"connection.closed","connection":7,"tunnel":"phone","bytes_in":10,"bytes_out":2000,"duration":1.5,"time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new ConnectionClosed(9, Events.Phone, 0, 0, TimeSpan.Zero, s_refused),
            """{"event":"connection.closed","connection":9,"tunnel":"phone","bytes_in":0,"bytes_out":0,"duration":0,"code":"MP-1307","text":"Nothing listens.","time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new TargetDown(Events.Phone, s_refused),
            """{"event":"error","code":"MP-1307","text":"Nothing listens.","tunnel":"phone","retry":false,"time":"2026-11-22T12:14:15.678Z"}"""
        },
        {
            new EdgeNotice("warning", "back\u202E at\e[31m noon"),
            """{"event":"notice","level":"warning","text":"back\u202E at\u001B[31m noon","time":"2026-11-22T12:14:15.678Z"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void Event_HasItsPromisedLine(ClientEvent happened, string line) => Assert.Equal(line, JsonLines.Of(happened, s_at));

    [Fact]
    public void Attempt_HasNoLine() => Assert.Null(JsonLines.Of(new Connecting(new EdgeAddress("a", 1), 1), s_at));

    [Fact]
    public void TunnelThatWasStopped_HasNoCode() => Assert.Equal(
        """{"event":"tunnel.closed","tunnel":"web","proto":"http","target":"127.0.0.1:3000","time":"2026-11-22T12:14:15.678Z"}""",
        JsonLines.TunnelClosed(Events.Web, null, s_at));

    [Fact]
    public void FailureOfTheRun_IsAnError() => Assert.Equal(
        """{"event":"error","code":"MP-1306","text":"The network changed.","retry":true,"time":"2026-11-22T12:14:15.678Z"}""",
        JsonLines.Error(Events.Lost, null, s_at));
}
