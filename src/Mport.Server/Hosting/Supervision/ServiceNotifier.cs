using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Mport.Server.Hosting.Handover;

namespace Mport.Server.Hosting.Supervision;

/// <summary>
/// Tells systemd, or what speaks its protocol (sd_notify), the state of the service: one datagram a state to the socket that it names. Without such
/// a socket it does nothing. A failure is logged, and never ends the edge.
/// </summary>
/// <param name="socket">The value of <see cref="Variable"/>: a path, or a name after <c>@</c>.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
internal sealed class ServiceNotifier(string? socket, TimeProvider time, ILogger<ServiceNotifier> logger)
{
    /// <summary>The environment variable with the socket.</summary>
    public const string Variable = "NOTIFY_SOCKET";

    /// <summary>This process serves, and is the one to watch.</summary>
    public void Ready(string status) => Send($"READY=1\nMAINPID={Environment.ProcessId}\nSTATUS={status}");

    /// <summary>Another process is about to take over.</summary>
    public void Reloading() =>
        Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={Microseconds()}\nSTATUS=A new process is started to take over"));

    /// <summary>It was told to stop.</summary>
    public void Stopping() => Send("STOPPING=1\nSTATUS=Visitors who are in may finish");

    // Linux counts both from the same start.
    private long Microseconds() => (long)(time.GetTimestamp() * 1e6 / time.TimestampFrequency);

    private void Send(string state)
    {
        if (socket is not { Length: > 1 } || OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            using var sender = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            sender.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket));
        }
        catch (Exception failed) when (failed is SocketException or ArgumentException)
        {
            logger.NotNotified(socket, failed.Message);
        }
    }
}
