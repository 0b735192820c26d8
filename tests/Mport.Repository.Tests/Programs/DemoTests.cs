using System.Net;
using System.Net.Sockets;

namespace Mport.Repository.Tests.Programs;

[Trait("Category", "Programs")]
public sealed class DemoTests
{
    // The programs are built by ./test; what is left is the demo itself.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // With everything to be restored and built.
    private static readonly TimeSpan FreshLimit = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task Demo_FetchesAPageThroughItsOwnTunnel_TwiceInARow()
    {
        for (var run = 1; run <= 2; run++)
        {
            AssertFetched(await Script.RunAsync(SourceTree.Root, Limit, "bash", "./demo", "--once"));
        }
    }

    [Fact]
    public async Task DemoWithItsPortInUse_SaysSoAndTakesAnother()
    {
        using var other = OccupyUsualPort();

        var demo = await Script.RunAsync(SourceTree.Root, Limit, "bash", "./demo", "--once");

        AssertFetched(demo);
        Assert.Contains("Port 8080 is used by another program; this demo uses ", demo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DemoWithAnUnknownOption_SaysHowItIsUsed()
    {
        var demo = await Script.RunAsync(SourceTree.Root, Limit, "bash", "./demo", "--twice");

        Assert.Equal(2, demo.ExitCode);
        Assert.Contains("use: ./demo [--once]", demo.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FreshClone_RunsTheDemo()
    {
        Assert.SkipUnless(SourceTree.Exists(".git"), "this is not a git checkout");
        var scratch = Directory.CreateTempSubdirectory("mport-clone-");
        try
        {
            var clone = await Script.RunAsync(scratch.FullName, Limit, "git", "clone", "--quiet", SourceTree.Root, "mport");
            Assert.True(clone.ExitCode == 0, clone.Errors);

            AssertFetched(await Script.RunAsync(Path.Combine(scratch.FullName, "mport"), FreshLimit, "bash", "./demo", "--once"));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static void AssertFetched(Script demo)
    {
        Assert.True(demo.ExitCode == 0, $"./demo --once ended with status {demo.ExitCode}: {demo.Errors}{demo.Output}");
        Assert.Contains("<h1>Hello through Mport</h1>", demo.Output, StringComparison.Ordinal);
        Assert.Contains("The same page came back through tcp://", demo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", demo.Errors, StringComparison.Ordinal);
    }

    // If it is in use already, that serves as well.
    private static TcpListener? OccupyUsualPort()
    {
        var listener = new TcpListener(IPAddress.Loopback, 8080);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }
}
