using Mport.Protocol.Errors;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Data;

public sealed class EdgeLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public EdgeLockTests() => Directory.CreateDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SecondEdge_IsRefused()
    {
        using var first = EdgeLock.Take(_folder.Path);

        var refused = Assert.Throws<EdgeStartException>(() => EdgeLock.Take(_folder.Path));

        Assert.Equal(EdgeErrors.AlreadyRunning.Code, refused.Failure.Code);
        Assert.True(EdgeLock.IsHeld(_folder.Path));
    }

    [Fact]
    public void AfterTheFirstEnded_TheSecondMayStart()
    {
        EdgeLock.Take(_folder.Path).Dispose();

        Assert.False(EdgeLock.IsHeld(_folder.Path));
        EdgeLock.Take(_folder.Path).Dispose();
    }

    [Fact]
    public void FolderMissing_IsRefused()
    {
        var refused = Assert.Throws<EdgeStartException>(() => EdgeLock.Take(_folder.File("missing")));

        Assert.Equal(EdgeErrors.DataFolderUnusable.Code, refused.Failure.Code);
    }
}
