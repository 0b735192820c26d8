using Mport.Cli.Output;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Tests.Output;

public sealed class EventTextTests
{
    [Fact]
    public void LostSession_SaysWhyAndWhenItIsRetried() => Assert.Equal(
        (Verbosity.Warn, "connection lost: MP-1306: The network changed; retrying in 3 s"),
        EventText.Describe(new SessionLost(Events.Lost, TimeSpan.FromSeconds(3.2), 1), wasConnected: true));

    [Fact]
    public void SessionThatNeverWas_IsNotCalledLost() => Assert.StartsWith(
        "cannot connect: MP-1306", EventText.Describe(new SessionLost(Events.Lost, TimeSpan.Zero, 1), wasConnected: false).Line, StringComparison.Ordinal);

    [Fact]
    public void ShortWait_IsNeverZero() => Assert.EndsWith(
        "retrying in 1 s", EventText.Describe(new SessionLost(Events.Lost, TimeSpan.FromMilliseconds(20), 1), wasConnected: true).Line, StringComparison.Ordinal);

    public static TheoryData<ClientEvent> WithOutsideText => new()
    {
        new EdgeNotice("info", "\e]0;x\a\r\n\u202E"),
        new TunnelHealthChanged(Events.Web, Healthy: false, "\e]0;x\a\r\n\u202E"),
        new SessionDraining("\e]0;x\a\r\n\u202E"),
        new SessionLost(new Failure(ConnectionErrors.ConnectionLost.Code, "\e]0;x\a\r\n\u202E"), TimeSpan.Zero, 1),
        new TunnelNotOpened(Events.Web, new Failure(TunnelErrors.NameTaken.Code, "\e]0;x\a\r\n\u202E")),
        new TunnelEnded(Events.Web, new Failure(TunnelErrors.NameTaken.Code, "\e]0;x\a\r\n\u202E")),
        new TunnelReady(Events.Web, "t", ["\e]0;x\a\r\n\u202E"], TookOver: false),
        Events.Connected with { Account = "\e]0;x\a\r\n\u202E" },
        Events.Connected with { ServerVersion = "\e]0;x\a\r\n\u202E" },
    };

    [Fact]
    public void SuspendedSession_SaysWhy() => Assert.Equal(
        (Verbosity.Warn, "connection interrupted: MP-1306: The network changed; reconnecting, open connections wait"),
        EventText.Describe(new SessionSuspended("ses_1", Events.Lost), wasConnected: true));

    [Fact]
    public void ResumedSession_SaysHowLongItPaused() => Assert.Equal(
        (Verbosity.Info, "connection taken up again after 1.2 s: MP-1306: The network changed."),
        EventText.Describe(new SessionResumed("ses_1", 0, Events.Lost, TimeSpan.FromMilliseconds(1234)), wasConnected: true));

    [Fact]
    public void StreamForAnUnknownTunnel_IsAWarning()
    {
        var (level, line) = EventText.Describe(new StreamForbidden(7, Failure.Of(ConnectionErrors.TargetForbidden, "Number 7.")), wasConnected: true);

        Assert.Equal(Verbosity.Warn, level);
        Assert.StartsWith("warning: MP-1310: Number 7.", line, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WithOutsideText))]
    public void TextFromOutside_IsEscaped(ClientEvent happened)
    {
        var line = EventText.Describe(happened, wasConnected: true).Line;

        Assert.Contains(@"\u{1b}]0;x\u{7}\u{d}\u{a}\u{202e}", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, char.IsControl);
    }
}
