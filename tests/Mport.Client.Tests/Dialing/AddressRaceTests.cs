using System.Net;
using System.Net.Sockets;
using Mport.Client.Dialing;
using Mport.Testing;

namespace Mport.Client.Tests.Dialing;

public sealed class AddressRaceTests
{
    private static readonly IPEndPoint First = new(IPAddress.Parse("2001:db8::1"), 1);
    private static readonly IPEndPoint Second = new(IPAddress.Parse("192.0.2.1"), 1);
    private readonly ManualTimeProvider _time = new();
    private readonly List<IPEndPoint> _tried = [];

    [Fact]
    public async Task RefusedAddress_TheNextIsTriedAtOnce()
    {
        var race = await RunAsync((address, _) => address.Equals(First) ? throw new SocketException((int)SocketError.ConnectionRefused) : Connected())
            .Limited("the race without the clock moving");

        Assert.Equal(Second, race.Address);
        Assert.Equal(new AddressFailure(First, SocketError.ConnectionRefused), Assert.Single(race.Failures));
        race.Winner?.Dispose();
    }

    [Fact]
    public async Task SilentAddress_TheNextIsTriedAfterAQuarterOfASecond()
    {
        var running = RunAsync((address, cancelled) => address.Equals(First) ? NeverAsync(cancelled) : Connected());
        await _time.WhenTimerAsync(due => due == TimeSpan.FromMilliseconds(250)).Limited("the wait before the next address");
        Assert.Equal([First], _tried);

        _time.Advance(TimeSpan.FromMilliseconds(250));

        var race = await running.Limited("the race");
        Assert.Equal(Second, race.Address);
        race.Winner?.Dispose();
    }

    [Fact]
    public async Task AllSilent_EndsAtTheLimit()
    {
        var running = RunAsync((_, cancelled) => NeverAsync(cancelled));
        await _time.WhenTimerAsync(due => due == TimeSpan.FromMilliseconds(250)).Limited("the wait before the next address");
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await _time.WhenTimerAsync(due => due == TimeSpan.FromSeconds(10)).Limited("the limit of the second address");
        _time.Advance(TimeSpan.FromSeconds(10));

        var race = await running.Limited("the race");

        Assert.Null(race.Winner);
        Assert.Equal([SocketError.TimedOut, SocketError.TimedOut], race.Failures.Select(failure => failure.Error));
    }

    [Fact]
    public async Task LoserThatConnectsLate_IsClosed()
    {
        var late = new TaskCompletionSource<Socket>();
        using var lateSocket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var running = RunAsync((address, cancelled) =>
        {
            if (address.Equals(Second))
            {
                return Connected();
            }

            cancelled.Register(() => late.TrySetResult(lateSocket));
            return late.Task;
        });
        await _time.WhenTimerAsync(due => due == TimeSpan.FromMilliseconds(250)).Limited("the wait before the next address");
        _time.Advance(TimeSpan.FromMilliseconds(250));

        var race = await running.Limited("the race");

        Assert.Equal(Second, race.Address);
        Assert.True(lateSocket.SafeHandle.IsClosed);
        race.Winner?.Dispose();
    }

    [Fact]
    public async Task Stop_EndsTheRaceAtOnce()
    {
        using var stop = new CancellationTokenSource();
        var running = new AddressRace((_, cancelled) => NeverAsync(cancelled), TimeSpan.FromSeconds(10), _time).RunAsync([First, Second], stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Limited("the race"));
    }

    private static async Task<Socket> NeverAsync(CancellationToken cancelled)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancelled);
        throw new System.Diagnostics.UnreachableException();
    }

    private static Task<Socket> Connected() => Task.FromResult(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));

    private Task<RaceResult> RunAsync(Func<IPEndPoint, CancellationToken, Task<Socket>> connect) => new AddressRace(
        async (address, cancelled) =>
        {
            _tried.Add(address);
            return await connect(address, cancelled);
        },
        TimeSpan.FromSeconds(10),
        _time).RunAsync([First, Second], CancellationToken.None);
}
