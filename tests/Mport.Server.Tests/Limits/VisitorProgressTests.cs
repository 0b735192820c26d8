using Mport.Server.Limits;

namespace Mport.Server.Tests.Limits;

public sealed class VisitorProgressTests
{
    [Fact]
    public void VisitorThatLeavesItsBytesUnread_IsStalledAtTheLimit_NotBefore() // REL-21
    {
        var progress = new VisitorProgress(stallTicks: 100, idleTicks: 0, now: 0);

        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(10, 5, 1000, hasUnread: true));
        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(109, 5, 1000, hasUnread: true));
        Assert.Equal(VisitorVerdict.Stalled, progress.Look(110, 5, 1000, hasUnread: true));
    }

    [Fact]
    public void OneByte_IsHeadway()
    {
        var progress = new VisitorProgress(stallTicks: 100, idleTicks: 0, now: 0);
        progress.Look(90, 0, 1, hasUnread: true);

        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(189, 0, 1, hasUnread: true));
        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(190, 0, 2, hasUnread: true));
    }

    [Fact]
    public void UploadAlone_DoesNotExcuseWhatLiesUnread()
    {
        var progress = new VisitorProgress(stallTicks: 100, idleTicks: 0, now: 0);
        progress.Look(50, 500, 0, hasUnread: true);

        Assert.Equal(VisitorVerdict.Stalled, progress.Look(100, 900, 0, hasUnread: true));
    }

    [Fact]
    public void WithNothingUnread_ItMayBeSilentForEver()
    {
        var progress = new VisitorProgress(stallTicks: 100, idleTicks: 0, now: 0);

        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(1_000_000, 0, 0, hasUnread: false));
    }

    [Fact]
    public void IdleLimit_EndsWhoCarriesNothing_AndAnyByteBeginsItAnew()
    {
        var progress = new VisitorProgress(stallTicks: 1000, idleTicks: 100, now: 0);

        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(99, 0, 0, hasUnread: false));
        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(100, 1, 0, hasUnread: false));
        Assert.Equal(VisitorVerdict.GoesOn, progress.Look(199, 1, 0, hasUnread: false));
        Assert.Equal(VisitorVerdict.Idle, progress.Look(200, 1, 0, hasUnread: false));
    }
}
