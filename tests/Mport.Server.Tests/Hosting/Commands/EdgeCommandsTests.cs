using System.Net;
using System.Net.Sockets;
using Mport.Server.Data;
using Mport.Server.Hosting.Commands;
using Mport.Server.Hosting.Settings;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Hosting.Commands;

public sealed class EdgeCommandsTests : IDisposable
{
    // `check` tries each port of the range; these lie above those that the system gives out by itself, and nothing else here uses them.
    private static readonly string[] _anyPorts = ["--listen", "127.0.0.1", "--http-port", "0", "--tls-port", "0", "--tcp-ports", "64000-64003"];
    private readonly EdgeProgram _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Version_IsPrinted()
    {
        var run = await _program.RunAsync("version");

        Assert.Equal((0, "mportd 0.1.0\n"), (run.Code, run.Output));
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("serve", "--nonsense")]
    [InlineData("user")]
    [InlineData("token", "revoke")]
    [InlineData("serve", "--tls-port", "many")]
    public async Task WrongCommandLine_IsUsage(params string[] args)
    {
        var run = await _program.RunAsync(args);

        Assert.Equal(2, run.Code);
        Assert.Empty(run.Output);
        Assert.StartsWith("mportd: MP-1001 ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeHelp_NamesEachOptionWithItsVariable()
    {
        var run = await _program.RunAsync("serve", "--help");

        Assert.Equal(0, run.Code);
        Assert.NotEmpty(EdgeOptions.All);
        Assert.All(EdgeOptions.All, option => Assert.Contains(option.Flag + " ", run.Output, StringComparison.Ordinal));
        Assert.Contains("MPORTD_TLS_PORT", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BadFile_StopsEveryCommandWithConfiguration()
    {
        Directory.CreateDirectory(_program.DataFolder);
        _program.Folder.Write("data/mportd.yml", "tsl_port: 1\n");

        foreach (var args in new string[][] { ["serve"], ["user", "list"], ["token", "list"] })
        {
            var run = await _program.RunAsync(args);
            Assert.Equal(3, run.Code);
            Assert.Contains("mportd.yml:1", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CheckOfABadFile_Fails() // REL-50
    {
        Directory.CreateDirectory(_program.DataFolder);
        _program.Folder.Write("data/mportd.yml", "tsl_port: 1\n");

        var run = await _program.RunAsync("check");

        Assert.Equal(1, run.Code);
        Assert.StartsWith("fail  configuration", Assert.Single(run.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckBeforeTheFirstStart_IsGoodAndChangesNothing()
    {
        var run = await _program.RunAsync(["check", .. _anyPorts]);

        Assert.Equal(0, run.Code);
        Assert.True(run.Lines.Length >= 6, run.Output);
        Assert.DoesNotContain("fail", run.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_program.DataFolder));
    }

    [Fact]
    public async Task CheckOfADamagedDatabase_Fails()
    {
        Directory.CreateDirectory(_program.DataFolder);
        _program.Folder.Write("data/edge.db", "not a database");

        var run = await _program.RunAsync(["check", .. _anyPorts]);

        Assert.Equal(1, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith("fail  database", StringComparison.Ordinal) && line.Contains("MP-2004", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CheckOfATakenPort_Fails() // REL-38
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var run = await _program.RunAsync("check", "--listen", "127.0.0.1", "--http-port", "0", "--tls-port", $"{port}", "--tcp-ports", "64000-64003");

        Assert.Equal(1, run.Code);
        Assert.Contains(run.Lines, line => line.StartsWith("fail  ports", StringComparison.Ordinal) && line.Contains("MP-2001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CheckWhileAnEdgeRuns_LeavesThePortsAlone()
    {
        Directory.CreateDirectory(_program.DataFolder);
        using var running = EdgeLock.Take(_program.DataFolder);

        var run = await _program.RunAsync(["check", "--json", .. _anyPorts]);

        Assert.Equal(0, run.Code);
        Assert.Contains("an edge runs with this data folder", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServeBesideARunningEdge_IsRefused()
    {
        Directory.CreateDirectory(_program.DataFolder);
        using var running = EdgeLock.Take(_program.DataFolder);

        var run = await _program.RunAsync(["serve", .. _anyPorts]);

        Assert.Equal((3, ""), (run.Code, run.Output));
        Assert.StartsWith("mportd: MP-2009 ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ExitCodes_FollowTheContract()
    {
        Assert.Equal((0, 1, 2, 3), (ExitCode.Ok, ExitCode.Unexpected, ExitCode.Usage, ExitCode.Configuration));
    }
}
