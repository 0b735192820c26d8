using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Mport.EndToEnd.Tests.Http;
using Mport.EndToEnd.Tests.Kit;
using Mport.Testing;

namespace Mport.EndToEnd.Tests.Domains;

/// <summary><c>mport tls</c>: the target's own TLS reaches the visitor.</summary>
public sealed class TlsTunnelTests(SharedEdge shared)
{
    [Fact]
    public async Task Visitor_SpeaksTlsWithTheTargetItself_OverTheEdgesTlsPort()
    {
        using var certificate = TestCertificates.SelfSigned("its-own.example");
        await using var target = ScriptedServer.Start(async (socket, stop) =>
        {
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [new("imap")] }, stop);
            var buffer = new byte[100];
            var count = await tls.ReadAtLeastAsync(buffer, 4, cancellationToken: stop);
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"{tls.NegotiatedApplicationProtocol} {tls.TargetHostName} {Encoding.ASCII.GetString(buffer, 0, count)}"), stop);
            await tls.ShutdownAsync();
        });
        await using var tunnel = await ServedTunnel.StartedAsync(shared.Edge, "tls", $"{target.Port}");
        Assert.Equal(("tls", shared.Edge.TlsPort), (tunnel.Url.Scheme, tunnel.Url.Port));

        Assert.Equal($"imap {tunnel.Url.Host} ping", await AskAsync(tunnel.Url, certificate.Thumbprint));

        using var visitor = new WebVisitor(shared.Edge);
        var plain = await visitor.GetAsync(new Uri($"http://{tunnel.Url.Host}:{shared.Edge.HttpPort}/"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, plain.Status);
        Assert.Contains("MP-3031", plain.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatIsAway_GivesTheVisitorATlsAlert()
    {
        await using var target = ScriptedServer.Start((_, _) => Task.CompletedTask);
        await using var tunnel = await ServedTunnel.StartedAsync(shared.Edge, "tls", $"{target.Port}");
        tunnel.Client.Send(Signal.Terminate);
        await tunnel.Client.ExitAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(tunnel.Url, ""));

        Assert.Contains("alert", refused.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<string> AskAsync(Uri url, string thumbprint)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, shared.Edge.TlsPort).Limited("the connection");
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = url.Host,
            ApplicationProtocols = [new("imap")],
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == thumbprint,
        }).Limited("the handshake");
        await tls.WriteAsync("ping"u8.ToArray());
        using var reader = new StreamReader(tls);
        return await reader.ReadToEndAsync().Limited("the answer");
    }
}
