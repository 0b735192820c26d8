using System.Net;
using Mport.Protocol.Carriers;
using Mport.Protocol.Datagrams;

namespace Mport.Protocol.Tests.Datagrams;

public sealed class DatagramQueueTests
{
    private static readonly DatagramVisitor Visitor = new(1, new IPEndPoint(IPAddress.Loopback, 1));

    [Fact]
    public void FullOfBytes_DropsTheOldest() // REL-54
    {
        var queue = new DatagramQueue(new DatagramLimits { QueueBytes = 100_000 }, new MemoryBudget(1 << 20));
        Assert.Equal(0, queue.Enqueue(Visitor, Filled(1, 60_000)));
        Assert.Equal(0, queue.Enqueue(Visitor, Filled(2, 30_000)));
        Assert.Equal(1, queue.Enqueue(Visitor, Filled(3, 60_000)));

        Assert.Equal([(2, 30_000), (3, 60_000)], TakeAll(queue));
    }

    [Fact]
    public void FullOfDatagrams_DropsTheOldest()
    {
        var queue = new DatagramQueue(new DatagramLimits { QueueDatagrams = 3 }, new MemoryBudget(1 << 20));
        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i > 3 ? 1 : 0, queue.Enqueue(Visitor, Filled(i, i)));
        }

        Assert.Equal([(3, 3), (4, 4), (5, 5)], TakeAll(queue));
    }

    [Fact]
    public void WithoutBudget_ItKeepsWhatItHasRoomFor_AndLastsAtNothing()
    {
        var budget = new MemoryBudget(64 * 1024);
        var queue = new DatagramQueue(new DatagramLimits(), budget);
        Assert.Equal(0, queue.Enqueue(Visitor, Filled(1, 40_000)));
        Assert.Equal(1, queue.Enqueue(Visitor, Filled(2, 40_000)));
        Assert.Equal([(2, 40_000)], TakeAll(queue));

        Assert.True(budget.TryTake(64 * 1024));
        Assert.Equal(1, queue.Enqueue(Visitor, Filled(3, 10)));
        Assert.Equal(0, queue.Enqueue(Visitor, [])); // An empty one needs no room.
        Assert.Equal([(0, 0)], TakeAll(queue));
    }

    [Fact]
    public void EmptiedQueue_HoldsNoMemory()
    {
        var budget = new MemoryBudget(1 << 30);
        var queue = new DatagramQueue(new DatagramLimits(), budget);
        for (var i = 0; i < 500; i++)
        {
            queue.Enqueue(Visitor, Filled(i, 2000));
        }

        Assert.InRange(budget.Used, 1_000_000, 1024 * 1024);
        Assert.Equal(500, TakeAll(queue).Count);
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void AnyOrderOfSteps_GivesTheNewestInOrder()
    {
        var random = new Random(3);
        var limits = new DatagramLimits { QueueBytes = 200_000, QueueDatagrams = 50 };
        var queue = new DatagramQueue(limits, new MemoryBudget(1 << 20));
        var model = new Queue<(int Fill, int Length)>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(3) > 0)
            {
                var (fill, length) = (step % 251, random.Next(10) == 0 ? DatagramRecord.MaxPayload : random.Next(0, 9000));
                queue.Enqueue(Visitor, Filled(fill, length));
                model.Enqueue((length == 0 ? 0 : fill, length));
                while (model.Count > limits.QueueDatagrams || model.Sum(item => item.Length) > limits.QueueBytes)
                {
                    model.Dequeue();
                }
            }
            else if (model.Count > 0)
            {
                Assert.Equal(model.Dequeue(), Take(queue));
            }
        }

        Assert.Equal(model, TakeAll(queue));
    }

    private static byte[] Filled(int fill, int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)fill);
        return bytes;
    }

    private static List<(int Fill, int Length)> TakeAll(DatagramQueue queue)
    {
        var all = new List<(int, int)>();
        while (!queue.IsEmpty)
        {
            all.Add(Take(queue));
        }

        return all;
    }

    private static (int Fill, int Length) Take(DatagramQueue queue)
    {
        Assert.True(queue.TryPeek(out _, out var length));
        var bytes = new byte[length];
        queue.Dequeue(bytes);
        Assert.True(bytes.AsSpan().IndexOfAnyExcept(bytes.FirstOrDefault()) < 0, "The payload of two datagrams was mixed.");
        return (length == 0 ? 0 : bytes[0], length);
    }
}
