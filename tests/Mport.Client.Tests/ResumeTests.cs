using System.Net;
using Mport.Protocol;
using Mport.Protocol.Carriers;
using Mport.Protocol.Errors;
using Mport.Protocol.Streams;
using Mport.Testing;

namespace Mport.Client.Tests;

/// <summary>The client's connection breaks, and its session goes on.</summary>
public sealed class ResumeTests
{
    [Fact]
    public async Task CutConnection_IsTakenUpAgain_AndNoStreamNotices()
    {
        await using var setting = await SettingAsync();
        for (var i = 0; i < 20; i++)
        {
            await EchoesAsync(setting.Stream);

            setting.Network.Cut();

            await EchoesAsync(setting.Stream);
            var resumed = await setting.Client.Events.NextAsync<SessionResumed>();
            Assert.Equal((setting.Session.Id, 0), (resumed.Session, resumed.Carrier));
        }

        Assert.DoesNotContain(setting.Client.Events.All, one => one is SessionLost);
    }

    [Fact]
    public async Task WhileTheNetworkIsAway_TheStatusSaysSo_AndItIsToldOnce()
    {
        await using var setting = await SettingAsync();
        setting.Network.Refuse();
        setting.Network.Cut();

        var suspended = await setting.Client.Events.NextAsync<SessionSuspended>();
        Assert.Equal(ConnectionErrors.ConnectionLost.Code, suspended.Failure.Code);
        Assert.Equal(ClientState.Reconnecting, setting.Client.Client.Status.State);
        setting.Network.Restore();

        await setting.Client.Events.NextAsync<SessionResumed>();
        await EchoesAsync(setting.Stream);
        Assert.Equal(ClientState.Online, setting.Client.Client.Status.State);
        Assert.Single(setting.Client.Events.All, one => one is SessionSuspended);
    }

    [Fact]
    public async Task HalfOpenConnection_IsTakenUpAgain_Rel12()
    {
        await using var setting = await SettingAsync();

        // The client's end is closed; the edge hears nothing of it, and is still there when the client dials again.
        setting.Network.HalfOpenServer();

        await setting.Client.Events.NextAsync<SessionResumed>();
        await EchoesAsync(setting.Stream);
    }

    [Fact]
    public async Task EdgeThatDoesNotKnowTheSession_AnotherSessionFollows_Rel1()
    {
        await using var setting = await SettingAsync();
        setting.Edge.Admit = hello => hello.Session is null ? null : Failure.Of(ProtocolErrors.SessionUnknown, retry: true);

        setting.Network.Cut();

        Assert.Equal(ProtocolErrors.SessionUnknown.Code, (await setting.Client.Events.NextAsync<SessionLost>()).Failure.Code);
        await (await setting.Edge.SessionAsync()).OpenTunnelAsync(1);
        await setting.Client.Events.NextAsync<TunnelReady>();
    }

    [Fact]
    public async Task TokenThatEndedMeanwhile_EndsTheRun_Rel60()
    {
        await using var setting = await SettingAsync();
        setting.Edge.Admit = _ => Failure.Of(AccountErrors.TokenRevoked);

        setting.Network.Cut();

        Assert.Equal(AccountErrors.TokenRevoked.Code, (await setting.Client.FailureAsync()).Code);
    }

    [Fact]
    public async Task AwayForLongerThanTheGraceTime_TheSessionIsLost_AndAnotherFollows()
    {
        await using var setting = await SettingAsync(grace: 1);
        setting.Network.Refuse();
        setting.Network.Cut();

        Assert.Equal(ProtocolErrors.GraceOver.Code, (await setting.Client.Events.NextAsync<SessionLost>()).Failure.Code);
        setting.Network.Restore();

        await setting.Edge.SessionAsync();
    }

    [Fact]
    public async Task StopWhileTheNetworkIsAway_EndsAtOnce_Rel20()
    {
        await using var setting = await SettingAsync();
        setting.Network.Refuse();
        setting.Network.Cut();
        await setting.Client.Events.NextAsync<SessionSuspended>();

        await setting.Client.StopAsync();

        Assert.Null((await setting.Client.EndAsync()).Failure);
    }

    [Fact]
    public async Task AddressThatIsGone_TheConnectionIsGivenUpAtOnce_Rel14()
    {
        Action? changed = null;
        var surroundings = RunningClient.Eager with
        {
            WatchNetwork = told =>
            {
                changed = told;
                return new MemoryStream();
            },
            Addresses = () => [IPAddress.Parse("192.0.2.1")],
        };
        await using var setting = await SettingAsync(surroundings: surroundings);

        changed?.Invoke();

        var resumed = await setting.Client.Events.NextAsync<SessionResumed>();
        Assert.Contains("no longer has the address 127.0.0.1", resumed.Failure.Text, StringComparison.Ordinal);
        await EchoesAsync(setting.Stream);
    }

    [Fact]
    public async Task WithoutResume_ACutEndsTheSession()
    {
        await using var setting = await SettingAsync(resume: false);
        Assert.Null(setting.Session.Hello.Resume);

        setting.Network.Cut();

        Assert.Equal(ConnectionErrors.ConnectionLost.Code, (await setting.Client.Events.NextAsync<SessionLost>()).Failure.Code);
        await setting.Edge.SessionAsync();
    }

    private static async Task<Setting> SettingAsync(int grace = 60, bool resume = true, Surroundings? surroundings = null)
    {
        var target = TargetServers.Echo();
        var edge = new FakeEdge { ResumeGrace = TimeSpan.FromSeconds(grace) };
        var network = new FaultRelay(edge.Port, TimeProvider.System);
        var options = RunningClient.Options(network.Port, edge.Pin, RunningClient.Tcp(target.Port)) with { Carriers = 1, Resume = resume };
        var client = RunningClient.Start(options, surroundings);
        var session = await edge.SessionAsync();
        await session.OpenTunnelAsync(1);
        var (stream, answer) = await session.VisitAndReadAnswerAsync(1);
        Assert.Equal(StreamStatus.Connected, answer.Status);
        return new Setting(target, edge, network, client, session, stream);
    }

    private static async Task EchoesAsync(CarrierStream stream)
    {
        await stream.WriteAsync("still here"u8.ToArray(), default).Limited("a write");
        await stream.AsStream().ReadExactlyAsync(new byte[10]).Limited("the echo");
    }

    private sealed record Setting(
        ScriptedServer Target, FakeEdge Edge, FaultRelay Network, RunningClient Client, FakeSession Session, CarrierStream Stream) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Client.DisposeAsync();
            await Network.DisposeAsync();
            await Edge.DisposeAsync();
            await Target.DisposeAsync();
        }
    }
}
