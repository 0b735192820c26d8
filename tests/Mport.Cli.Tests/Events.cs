using System.Net;
using Mport.Client;
using Mport.Protocol.Errors;

namespace Mport.Cli.Tests;

/// <summary>Events with plausible content.</summary>
internal static class Events
{
    public static readonly TunnelSpec Phone = new() { Name = "phone", Kind = TunnelKind.Tcp, Target = new TargetAddress("127.0.0.1", 5555) };

    public static readonly TunnelSpec Web = new() { Name = "web", Kind = TunnelKind.Http, Target = new TargetAddress("127.0.0.1", 3000) };

    public static readonly SessionConnected Connected = new(
        "ses_1", "owner@example", "example", new EdgeAddress("edge.example", 8443), new IPEndPoint(IPAddress.Loopback, 8443), "0.1.0");

    public static readonly IPEndPoint Visitor = new(IPAddress.Parse("203.0.113.9"), 53112);

    public static readonly Failure Lost = new(ConnectionErrors.ConnectionLost.Code, "The network changed.", Retry: true);

    public static readonly Failure PortTaken = Failure.Of(TunnelErrors.PortTaken);
}
