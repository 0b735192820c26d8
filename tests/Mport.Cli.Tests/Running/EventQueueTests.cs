using Mport.Cli.Running;
using Mport.Client;
using Mport.Testing;

namespace Mport.Cli.Tests.Running;

public sealed class EventQueueTests
{
    [Fact]
    public async Task MoreConnectionsThanAreRead_AreCounted_AndWhatMattersStays()
    {
        var queue = new EventQueue();
        for (var i = 0; i < EventQueue.MostWaiting + 3; i++)
        {
            queue.On(new ConnectionOpened(i, Events.Phone, null));
        }

        queue.On(Events.Connected);
        queue.Complete();

        var read = new List<ClientEvent>();
        while (await queue.NextAsync(CancellationToken.None).Limited("the next event") is { } happened)
        {
            read.Add(happened);
        }

        Assert.Equal(EventQueue.MostWaiting + 1, read.Count);
        Assert.Equal(Events.Connected, read[^1]);
        Assert.Equal(3, queue.Dropped);
    }

    [Fact]
    public async Task RoomThatWasReadFree_IsUsedAgain()
    {
        var queue = new EventQueue();
        for (var i = 0; i < EventQueue.MostWaiting * 3; i++)
        {
            queue.On(new ConnectionOpened(i, Events.Phone, null));
            Assert.NotNull(await queue.NextAsync(CancellationToken.None).Limited("the next event"));
        }

        Assert.Equal(0, queue.Dropped);
    }
}
