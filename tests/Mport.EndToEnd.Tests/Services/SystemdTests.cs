using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Services;

/// <summary>The unit that ships, and what the edge tells its supervisor.</summary>
public sealed partial class SystemdTests
{
    // In tenths: 2.5 of 10. What systemd itself rates "OK".
    private const int HighestExposure = 25;

    [Fact]
    public async Task Unit_IsValidAndHardened_Sec118()
    {
        var systemd = Programs.OnPath("systemd-analyze");
        Assert.SkipWhen(systemd is null, "systemd is not installed");
        using var scratch = new ScratchFolder();
        var shipped = await File.ReadAllTextAsync(Path.Combine(Programs.Root(), "deploy", "mportd.service"));
        Assert.Contains("ExecStart=/opt/mport/mportd serve", shipped, StringComparison.Ordinal);
        var unit = scratch.File("mportd.service");
        await File.WriteAllTextAsync(unit, shipped.Replace("/opt/mport/mportd", Programs.Edge, StringComparison.Ordinal));

        (await Ran.ToEndAsync(systemd, ["verify", "--man=no", unit])).Succeeded();
        (await Ran.ToEndAsync(systemd, ["security", "--offline=true", "--no-pager", $"--threshold={HighestExposure}", unit])).Succeeded();
        foreach (var setting in new[] { "User=", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "MemoryMax=", "LimitNOFILE=", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE" })
        {
            Assert.Contains("\n" + setting, shipped, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Supervisor_IsToldReadyReloadAndTheNewProcess()
    {
        using var scratch = new ScratchFolder();
        var path = scratch.File("notify");
        using var supervisor = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        supervisor.Bind(new UnixDomainSocketEndPoint(path));
        await using var edge = ProgramProcess.Start(
            Programs.Edge,
            ["serve", "--data", scratch.File("data"), "--listen", "127.0.0.1", "--http-port", "0", "--tls-port", "0", "--tcp-ports", $"{PortBlock.Find(2)}"],
            new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path });
        Assert.StartsWith($"READY=1\nMAINPID={edge.Id}\n", await ReceiveAsync(supervisor), StringComparison.Ordinal);

        edge.Send(Signal.HangUp);

        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", await ReceiveAsync(supervisor), StringComparison.Ordinal);
        var main = MainProcess().Match(await ReceiveAsync(supervisor));
        Assert.True(main.Success);
        var successor = int.Parse(main.Groups["process"].Value);
        Assert.NotEqual(edge.Id, successor);
        Assert.Equal(0, await edge.StatusAsync("the old process to end by itself"));
        ProgramProcess.Send(successor, Signal.Terminate);

        // The old process said nothing at its end: the supervisor would have taken the service for stopped.
        Assert.StartsWith("STOPPING=1\n", await ReceiveAsync(supervisor), StringComparison.Ordinal);
        await edge.ExitAsync("the new process to end as well");
    }

    [GeneratedRegex(@"^READY=1\nMAINPID=(?<process>\d+)\n", RegexOptions.ExplicitCapture)]
    private static partial Regex MainProcess();

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None).Limited("a state for the supervisor"));
    }
}
