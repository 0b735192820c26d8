using Mport.Protocol.Datagrams;

namespace Mport.Protocol.Tests.Datagrams;

public sealed class FlowTableTests
{
    [Fact]
    public void FullTable_PushesOutWhoWasUnusedForLongest() // REL-54
    {
        var table = new FlowTable<int, int, string>(max: 3, maxPerGroup: 3, idle: 100);
        Assert.Null(table.Add(1, 1, "one", 1));
        Assert.Null(table.Add(2, 2, "two", 2));
        Assert.Null(table.Add(3, 3, "three", 3));
        Assert.Equal("one", table.Use(1, 4));

        Assert.Equal("two", table.Add(4, 4, "four", 5));
        Assert.Equal(["three", "one", "four"], table.All);
    }

    [Fact]
    public void FullGroup_PushesOutItsOwn()
    {
        var table = new FlowTable<int, string, string>(max: 10, maxPerGroup: 2, idle: 100);
        table.Add(1, "a", "a1", 1);
        table.Add(2, "b", "b1", 2);
        table.Add(3, "b", "b2", 3);

        Assert.Equal("b1", table.Add(4, "b", "b3", 4));
        Assert.Equal(["a1", "b2", "b3"], table.All);
    }

    [Fact]
    public void GroupOfOne_CanBeReplacedByItself()
    {
        var table = new FlowTable<int, string, string>(max: 2, maxPerGroup: 1, idle: 100);
        table.Add(1, "a", "a1", 1);
        Assert.Equal("a1", table.Add(2, "a", "a2", 2));
        Assert.Equal(["a2"], table.All);
    }

    [Fact]
    public void IdleFlows_GoInOrder_AndNoneBeforeItsTime()
    {
        var table = new FlowTable<int, int, string>(max: 10, maxPerGroup: 10, idle: 100);
        table.Add(1, 1, "one", 0);
        table.Add(2, 1, "two", 50);
        table.Use(1, 60);

        Assert.Null(table.RemoveIdle(149));
        Assert.Equal("two", table.RemoveIdle(150));
        Assert.Null(table.RemoveIdle(159));
        Assert.Equal("one", table.RemoveIdle(160));
        Assert.Null(table.RemoveIdle(1000));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void AnyOrderOfSteps_MatchesAPlainList()
    {
        var random = new Random(4);
        var table = new FlowTable<int, int, string>(max: 20, maxPerGroup: 5, idle: 200);
        var model = new List<(int Key, long At)>();
        for (var now = 0L; now < 30_000; now++)
        {
            var key = random.Next(60);
            switch (random.Next(10))
            {
                case 0:
                    Assert.Equal(model.RemoveAll(one => one.Key == key) > 0, table.Remove(key) is not null);
                    break;
                case 1:
                    var idle = model.Count > 0 && now - model[0].At >= 200 ? $"{model[0].Key}" : null;
                    Assert.Equal(idle, table.RemoveIdle(now));
                    model.RemoveAll(one => $"{one.Key}" == idle);
                    break;
                case var _ when table.Use(key, now) is { } used:
                    Assert.Equal(1, model.RemoveAll(one => $"{one.Key}" == used));
                    model.Add((key, now));
                    break;
                default:
                    Assert.DoesNotContain(model, one => one.Key == key);
                    var group = model.Where(one => one.Key % 6 == key % 6).ToList();
                    var pushed = group.Count == 5 ? $"{group[0].Key}" : model.Count == 20 ? $"{model[0].Key}" : null;
                    Assert.Equal(pushed, table.Add(key, key % 6, $"{key}", now));
                    model.RemoveAll(one => $"{one.Key}" == pushed);
                    model.Add((key, now));
                    break;
            }
        }

        Assert.Equal(model.Select(one => $"{one.Key}"), table.All);
    }
}
