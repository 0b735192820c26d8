using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Mport.Server.Hosting.Supervision;
using Mport.Server.Tests.Edge.Kit;
using Mport.Server.Tests.Kit;
using Mport.Testing;

namespace Mport.Server.Tests.Hosting.Supervision;

public sealed class ServiceNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task States_AreToldAsDatagrams(bool isAbstract)
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.Path);
        var name = isAbstract ? "@mport-" + Guid.NewGuid().ToString("N") : folder.File("notify");
        using var supervisor = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        supervisor.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name[1..] : name));
        using var logs = new RecordingLogs();
        var notifier = new ServiceNotifier(name, TimeProvider.System, new Logger<ServiceNotifier>(logs));

        notifier.Ready("Serves localhost");
        notifier.Reloading();
        notifier.Stopping();

        Assert.Equal($"READY=1\nMAINPID={Environment.ProcessId}\nSTATUS=Serves localhost", await ReceiveAsync(supervisor));
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", await ReceiveAsync(supervisor), StringComparison.Ordinal);
        Assert.StartsWith("STOPPING=1\n", await ReceiveAsync(supervisor), StringComparison.Ordinal);
        Assert.Empty(logs.Complaints);
    }

    [Fact]
    public void SupervisorThatIsGone_IsLoggedAndNoMore()
    {
        using var logs = new RecordingLogs();

        new ServiceNotifier("/nowhere/at/all", TimeProvider.System, new Logger<ServiceNotifier>(logs)).Ready("Serves localhost");

        Assert.Contains("/nowhere/at/all", Assert.Single(logs.Complaints), StringComparison.Ordinal);
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[1024];
        return Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None).Limited("a state"));
    }
}
