using FsCheck;
using FsCheck.Fluent;
using Mport.Protocol.Carriers;
using Mport.Protocol.Resume;

namespace Mport.Protocol.Tests.Resume;

/// <summary>
/// The model of resume (REL-10, REL-13, REL-51): whatever is cut wherever, in either direction, the bytes that come out are those that went in, none
/// missing, none twice, and no memory stays.
/// </summary>
public sealed class ResumeModelTests
{
    private const int Budget = 8 * 1024;

    [Theory]
    [InlineData(1)] // every byte by itself
    [InlineData(40)]
    [InlineData(100_000)]
    public void AnyInterleavingOfWritesAndCuts_GivesTheSameBytes(int slice)
    {
        var replays = 0L;
        Prop.ForAll(Steps().ToArbitrary(), steps =>
        {
            var budget = new MemoryBudget(Budget);
            // Less than the free allowance counts as nothing, so that the model meets a full ring too.
            var options = new ResumeOptions { Window = ResumeOptions.MinWindow, Budget = budget };
            var (a, b) = (new ModelSide(options, 64), new ModelSide(options, 4096));
            foreach (var (what, amount) in steps)
            {
                Step(what, amount, slice, a, b);
                Assert.True(Begins(a.Sent, b.Came) && Begins(b.Sent, a.Came), "what came is not what was sent");
                Assert.True(a.State.Kept <= ResumeOptions.MinWindow * 2, $"{a.State.Kept} bytes are kept");
            }

            Settle(a, b);
            replays += a.State.Replayed + b.State.Replayed;
            return a.Sent.SequenceEqual(b.Came) && b.Sent.SequenceEqual(a.Came)
                && a.State.Kept == 0 && b.State.Kept == 0 && budget.Used == 0
                && a.State.OwedSince == 0 && b.State.OwedSince == 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500).WithEndSize(120));
        Assert.True(replays > 0, "the model has replayed nothing");
    }

    [Fact]
    public void CutAtEachByte_OfEachDirection_AlsoWhileReplaying() // exhaustive where the property is random
    {
        for (var first = 0; first < 90; first++)
        {
            for (var second = 0; second < 90; second += 7)
            {
                var options = new ResumeOptions();
                var (a, b) = (new ModelSide(options, 1 << 20), new ModelSide(options, 1 << 20));
                a.Write(10);
                b.Write(5);
                a.Write(30);
                foreach (var cut in new[] { first, second })
                {
                    Exchange(a, b, cut);
                    Exchange(b, a, cut / 2);
                    Reconnect(a, b);
                }

                Settle(a, b);
                Assert.Equal(a.Sent, b.Came);
                Assert.Equal(b.Sent, a.Came);
            }
        }
    }

    private static Gen<(int What, int Amount)[]> Steps() =>
        Gen.ArrayOf(Gen.Choose(0, 11).SelectMany(what => Gen.Choose(1, 3000).Select(amount => (what, amount))));

    private static void Step(int what, int amount, int slice, ModelSide a, ModelSide b)
    {
        var (from, to) = what % 2 == 0 ? (a, b) : (b, a);
        switch (what / 2)
        {
            case 0:
            case 1:
                from.Write(amount);
                break;
            case 2:
                from.Pump();
                break;
            case 3:
                for (var left = Math.Min(amount, from.OnTheWay); left > 0; left -= slice)
                {
                    from.Deliver(to, Math.Min(left, slice));
                }

                break;
            case 4:
                from.AckTimer();
                break;
            default:
                // The connection breaks while a write is on its way: a part of it arrives, the sender does not know which.
                from.Pump(amount % 50);
                from.Deliver(to, amount);
                Reconnect(a, b);
                break;
        }
    }

    private static void Exchange(ModelSide from, ModelSide to, int bytes)
    {
        while (from.Pump())
        {
        }

        from.Deliver(to, bytes);
        to.AckTimer();
    }

    /// <summary>What Hello and Welcome do.</summary>
    private static void Reconnect(ModelSide a, ModelSide b)
    {
        a.Cut();
        b.Cut();
        Assert.Null(a.State.Check(b.State.Received));
        Assert.Null(b.State.Check(a.State.Received));
        a.State.Resume(b.State.Received);
        b.State.Resume(a.State.Received);
    }

    private static void Settle(ModelSide a, ModelSide b)
    {
        for (var moved = true; moved;)
        {
            a.AckTimer();
            b.AckTimer();
            a.AskForTheRest();
            b.AskForTheRest();
            moved = a.Pump() | b.Pump() | a.OnTheWay + b.OnTheWay > 0;
            a.Deliver(b, a.OnTheWay);
            b.Deliver(a, b.OnTheWay);
        }
    }

    private static bool Begins(List<byte> all, List<byte> start) =>
        start.Count <= all.Count && System.Runtime.InteropServices.CollectionsMarshal.AsSpan(all).StartsWith(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(start));
}
